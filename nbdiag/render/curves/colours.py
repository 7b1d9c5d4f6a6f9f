"""The colours of both drawings."""

# Blue and vermilion of Okabe and Ito's palette, which colour-blind readers tell apart, and their
# bluish green, all of a brightness that is seen on white and on black, as is the ink: a drawing has
# no background. https://jfly.uni-koeln.de/color/
COLOURS = {"training": "#1480C4", "validation": "#E0640A", "proposed": "#0AA57D"}
INK, FAINT, RULE = "#787878", "#a6a6a6", "#e0e0e0"
