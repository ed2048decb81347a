"""Text -> scores: sentiment, AI-bubble fear and the evidence for both.

Importing the package costs nothing: every part is imported from its own module, and the heavy
libraries (spaCy, ONNX Runtime, torch) load with the first part that needs them.
"""

from __future__ import annotations

import os

# ONNX Runtime's Linux wheels report to their maker from 1.32 on: a device id in the home folder, a
# session in the temporary one, uploads over HTTPS. It looks at this once, when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
