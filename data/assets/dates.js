// Enter in a date field takes the date typed: the field itself waits until the focus has left it.
document.addEventListener(
  'keydown',
  (event) => {
    const field = event.target.closest?.('[data-testid="stDateInput"]');
    const segment = event.target.getAttribute?.('role') === 'spinbutton';
    if (event.key !== 'Enter' || !segment || !field) return;
    const page = document.querySelector('[data-testid="stMain"]');
    page.tabIndex = -1;
    page.focus({ preventScroll: true });
    field.querySelector('button:not([tabindex="-1"])')?.focus();
  },
  true,
);
