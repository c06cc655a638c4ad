"""Jobs beside the pages: progress, result, failure and cancelling, without a clock."""

import logging
from threading import Event

import pytest

from engine.errors import UsageError
from engine.jobs import CANCELLED, DONE, FAILED, RUNNING, Runner
