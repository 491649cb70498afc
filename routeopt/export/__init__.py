"""A checked plan as files for other programs: workbook, CSV tables, lines for maps.

It says again what the plan says; it decides nothing and rounds nothing but coordinates.
"""
