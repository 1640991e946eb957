"""Start Streamlit so that it asks nobody for this machine's address: `python -m assistant.ui.launch run …`.

To judge the origin of a foreign page, Streamlit would look its own public address up on the network.
"""

from streamlit import net_util
from streamlit.web.cli import main

LOOPBACK = "127.0.0.1"


def start() -> None:
    """Run Streamlit's command line with the address known beforehand."""
    net_util._external_ip = LOOPBACK
    main(prog_name="streamlit")


if __name__ == "__main__":
    start()
