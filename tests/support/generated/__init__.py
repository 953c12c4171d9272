"""Random training graphs, and the law that optimizing keeps on each of them."""
