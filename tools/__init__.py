"""Tools of developers; nothing in the product imports them."""
