"""The web app's entry for Streamlit: `clausewise serve` runs it."""

from assistant.ui.pages import main

main()
