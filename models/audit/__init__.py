"""The audit: which articles people should code, what their codes say of the scorer, and a mend.

Frames in, results out; nothing here knows a database or a scorer. After the human audits of EPU
(Baker, Bloom and Davis 2016) and GPR (Caldara and Iacoviello 2022).
"""

from __future__ import annotations
