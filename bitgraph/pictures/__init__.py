"""Reports to look at: what is shown, as data, and the page that shows it."""
