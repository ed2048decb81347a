"""Text -> scores: sentiment, AI-bubble fear and the evidence for both.

Importing the package costs nothing: every part is imported from its own module, and the heavy
libraries (spaCy, ONNX Runtime, torch) load with the first part that needs them.
"""
