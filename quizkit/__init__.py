"""quizkit: quizzes whose answer keys are proved by running every option.

This module is imported by the child processes too, so it imports nothing.
"""

__version__ = "0.1.0"
