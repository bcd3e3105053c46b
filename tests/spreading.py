"""Which tests run in one process: files stay whole, and folders that share an installation stay together."""

from xdist.scheduler import LoadFileScheduling

ONE_INSTALLATION = ("tests/chaos/", "tests/e2e/", "tests/integration/test_channel")
"""Starting theirs takes up to half a minute; whose path begins so shares it."""


class ByInstallation(LoadFileScheduling):
    """Deals out files, and these folders as if each were one file."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((one for one in ONE_INSTALLATION if nodeid.startswith(one)), None)
        return folder or super()._split_scope(nodeid)
