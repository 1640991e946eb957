"""Chat models, hosted or local, behind one interface: the one place that imports LangChain's."""
