"""Good practices: guidance and model laws on the shelf, and what States do well once they agree to show it."""
