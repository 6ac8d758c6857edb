"""Every table, so that the metadata is whole once this package is imported."""

from storage.tables.ballots import BallotRow, DecisionRow, VoteRow, VoterRow
from storage.tables.brakes import PauseRow
from storage.tables.census import (
    IdentityKeyRow,
    IdentityRow,
    InitiativeToldRow,
    MergerRow,
    MovedAccountRow,
    PostingRow,
    TargetRow,
    TieRow,
)
from storage.tables.directories import DirectoryRow
from storage.tables.figures import (
    FigureAlertRow,
    FigureCardRow,
    FigureCaveatRow,
    FigureChangeRow,
    FigureCountRow,
    FigureEventRow,
    FigureMemberRow,
    FigureReleaseRow,
    FigureRow,
)
from storage.tables.initiatives import InitiativeRow
from storage.tables.leases import AlarmRow, LeaseRow
from storage.tables.letters import LetterToldRow, LetterWishRow, ObjectionRow
from storage.tables.listed import ListedRow
from storage.tables.marks import MarkSheetRow, RevealRow, SealedMarksRow, SealKeyRow
from storage.tables.occurrences import OccurrenceRow, PointRow, StepRow
from storage.tables.people import AccountRow, PersonRow, RoomRow
from storage.tables.posts import PostRow, WordsRow
from storage.tables.pulses import (
    InvitationRow,
    PanelistRow,
    PulseAnswerRow,
    PulseCommentRow,
    PulseCycleRow,
    PulsePlaceRow,
    SealedReplyRow,
    WavePopulationRow,
    WaveRow,
)
from storage.tables.redraws import RedrawRow
from storage.tables.references import ReferenceRow
from storage.tables.reviews import ActionRow, GivenReadingRow, KpiStatusRow, TellingRow
from storage.tables.sending import SendingKeyRow
from storage.tables.sources import (
    ConversationCountRow,
    FileImportRow,
    ReadingRow,
    SavingRow,
    UsageDayRow,
    UsageFoldRow,
    UsageSpanRow,
    UsageWeekRow,
)

__all__ = [
    "AccountRow",
    "ActionRow",
    "AlarmRow",
    "BallotRow",
    "ConversationCountRow",
    "DecisionRow",
    "DirectoryRow",
    "FigureAlertRow",
    "FigureCardRow",
    "FigureCaveatRow",
    "FigureChangeRow",
    "FigureCountRow",
    "FigureEventRow",
    "FigureMemberRow",
    "FigureReleaseRow",
    "FigureRow",
    "FileImportRow",
    "GivenReadingRow",
    "IdentityKeyRow",
    "IdentityRow",
    "InitiativeRow",
    "InitiativeToldRow",
    "InvitationRow",
    "KpiStatusRow",
    "LeaseRow",
    "LetterToldRow",
    "LetterWishRow",
    "ListedRow",
    "MarkSheetRow",
    "MergerRow",
    "MovedAccountRow",
    "ObjectionRow",
    "OccurrenceRow",
    "PanelistRow",
    "PauseRow",
    "PersonRow",
    "PointRow",
    "PostRow",
    "PostingRow",
    "PulseAnswerRow",
    "PulseCommentRow",
    "PulseCycleRow",
    "PulsePlaceRow",
    "ReadingRow",
    "RedrawRow",
    "ReferenceRow",
    "RevealRow",
    "RoomRow",
    "SavingRow",
    "SealKeyRow",
    "SealedMarksRow",
    "SealedReplyRow",
    "SendingKeyRow",
    "StepRow",
    "TargetRow",
    "TellingRow",
    "TieRow",
    "UsageDayRow",
    "UsageFoldRow",
    "UsageSpanRow",
    "UsageWeekRow",
    "VoteRow",
    "VoterRow",
    "WavePopulationRow",
    "WaveRow",
    "WordsRow",
]
