"""One record per action: it gives the binding, the footer, the palette, the help page and the README's table."""
