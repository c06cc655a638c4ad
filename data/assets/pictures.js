// The buttons PNG and SVG of a chart take what Plotly's own camera takes, without a run of the page.
document.addEventListener(
  'click',
  (event) => {
    const button = event.target.closest('[class*="st-key-picture-"] button');
    const plot = button?.closest('[class*="st-key-figure-"]')?.querySelector('.js-plotly-plot');
    if (!plot) return;
    event.stopPropagation();
    plot._context.toImageButtonOptions.format = button.innerText.trim().split(/\s/).pop().toLowerCase();
    plot.querySelector('.modebar-btn').click();
  },
  true,
);
