"""Every table, so that the metadata is whole once this package is imported."""

from storage.tables.ballots import BallotRow, DecisionRow, VoteRow, VoterRow
from storage.tables.brakes import PauseRow
from storage.tables.initiatives import InitiativeRow
from storage.tables.marks import MarkSheetRow, RevealRow, SealedMarksRow, SealKeyRow
from storage.tables.occurrences import OccurrenceRow, PointRow, StepRow
from storage.tables.people import AccountRow, PersonRow, RoomRow
from storage.tables.posts import PostRow

__all__ = [
    "AccountRow",
    "BallotRow",
    "DecisionRow",
    "InitiativeRow",
    "MarkSheetRow",
    "OccurrenceRow",
    "PauseRow",
    "PersonRow",
    "PointRow",
    "PostRow",
    "RevealRow",
    "RoomRow",
    "SealKeyRow",
    "SealedMarksRow",
    "StepRow",
    "VoteRow",
    "VoterRow",
]
