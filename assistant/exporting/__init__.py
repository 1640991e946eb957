"""Documents as files: Word, PDF, Markdown and Excel, and edited Word files and text back."""
