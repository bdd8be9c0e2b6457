"""Reference data: States, themes, groupings with dated memberships, institutions, resolutions, kinds of help."""
