"""Needs: one State, one problem, one or more kinds of help; read by nobody but through `visible_to(actor)`."""
