"""
The language, the records and the use cases; pages, routes and commands are its doors.

customer    whom the base is about, known by `id` and by the shop's own `source_id`
record      a customer, order, redemption, event or voucher; kept as versions, known by its `row`
kind        of value: how it is read, shown, stored; of record: one row that all else follows from
field       what a filter can ask of a customer or of a record, by a path such as `address.city`
filter      a function from a profile frame and an instant to true or false per customer
leaf        one test of a filter, resolved: field, operator, operand, what a missing value says
segment     customers under a name: fixed (static), or by a filter (auto-update, passive)
membership  who is in a segment now; moves are the entries and exits, each with its cause
change set  what one act wrote of the records; its number is the data version
change log  one line for everything that was changed: who, through which door, because of what
"""
