"""The window measured beside other ways to draw the same: `tapestry bench`.

**playback**, frames of the graph's canvas in a window of 1920 by 1080, beside a QGraphicsView with
an item for each card and edge and beside pyqtgraph. All draw the same cards and edges in the same
states; the peers write nothing on the cards, we do. Each drawing lies in the same window and they
take turns, a sixth of their frames at a time. A change after which a peer had nothing to paint is
no frame of it. A goal is for the 95th percentile.

**layout**, positions and routes beside libraries for the same graph, each in a process of its own
so that a slow one can be stopped. Crossings are counted on the lines that each would draw.

**startup**, from the start of a process to the first frame on screen, beside a window of PySide6
with nothing in it.
"""
