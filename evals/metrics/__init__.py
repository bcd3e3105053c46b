"""What a good conversation is, as deterministic metrics for deepeval; no model judges anything.

The environment is set before deepeval is imported: it reports nothing to
anybody, reads no `.env`, and keeps no folder where the command was started.
"""

import os
import tempfile

os.environ["DEEPEVAL_TELEMETRY_OPT_OUT"] = "1"
os.environ["DEEPEVAL_DISABLE_DOTENV"] = "1"
os.environ.setdefault("DEEPEVAL_CACHE_FOLDER", os.path.join(tempfile.gettempdir(), "frontdesk-deepeval"))
