"""How a file came to be as it is, one migration after the other: appended to, never changed."""

from __future__ import annotations

from typing import Final

Migration = tuple[str, ...]
"""Statements that bring a file from one version to the next."""

FIRST: Final[Migration] = (
    """CREATE TABLE paper (
        id TEXT PRIMARY KEY,
        folded_title TEXT NOT NULL,
        document TEXT NOT NULL
    )""",
    "CREATE INDEX paper_by_title ON paper (folded_title)",
    # A paper stands here once, under the number of its newest change; joined ones stay, so that indexes hear of it.
    "CREATE TABLE change (number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL UNIQUE)",
    "CREATE TABLE alias (paper_id TEXT PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX alias_by_target ON alias (target)",
    """CREATE TABLE tally (
        paper_id TEXT NOT NULL REFERENCES paper (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        upvotes INTEGER,
        comments INTEGER,
        stars INTEGER,
        PRIMARY KEY (paper_id, at)
    ) WITHOUT ROWID""",
    "CREATE TABLE day (day TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE listed (
        day TEXT NOT NULL REFERENCES day (day),
        paper_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        PRIMARY KEY (day, paper_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX listed_by_paper ON listed (paper_id)",
    """CREATE TABLE subscription (
        id TEXT PRIMARY KEY,
        workspace TEXT NOT NULL,
        short_id TEXT NOT NULL,
        destination TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        document TEXT NOT NULL,
        UNIQUE (workspace, short_id)
    )""",
    "CREATE INDEX subscription_by_destination ON subscription (destination)",
    """CREATE TABLE mark (
        destination TEXT NOT NULL,
        paper_id TEXT NOT NULL,
        owner TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (destination, paper_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX mark_by_paper ON mark (paper_id)",
    "CREATE INDEX mark_by_age ON mark (at)",
    """CREATE TABLE bookmark (
        number INTEGER PRIMARY KEY,
        person TEXT NOT NULL,
        paper_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (person, paper_id)
    )""",
    "CREATE INDEX bookmark_by_paper ON bookmark (paper_id)",
    "CREATE TABLE workspace (key TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID",
)

DELIVERY: Final[Migration] = (
    """CREATE TABLE progress (
        subscription_id TEXT PRIMARY KEY REFERENCES subscription (id) ON DELETE CASCADE,
        due_at INTEGER,
        newest_day TEXT,
        silent INTEGER NOT NULL,
        silent_since TEXT,
        spoke_on TEXT,
        unconfirmed TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX progress_by_due ON progress (due_at) WHERE due_at IS NOT NULL",
    """INSERT INTO progress (subscription_id, due_at, newest_day, silent, unconfirmed)
        SELECT id, CASE WHEN json_extract(document, '$.paused_at') IS NULL
            AND json_extract(document, '$.cadence.rhythm') <> 'hot' THEN created_at END,
        json_extract(document, '$.last_digest_on'), 0, '[]' FROM subscription""",
    """CREATE INDEX subscription_alert ON subscription (created_at)
        WHERE json_extract(document, '$.cadence.rhythm') = 'hot'""",
    """CREATE TABLE hot (
        subscription_id TEXT NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
        paper_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        waiting INTEGER NOT NULL,
        PRIMARY KEY (subscription_id, paper_id)
    ) WITHOUT ROWID""",
    # ready_at is when it may be taken; while somebody works on it, when their lease ends.
    """CREATE TABLE job (
        number INTEGER PRIMARY KEY,
        subscription_id TEXT NOT NULL,
        edition TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        ready_at INTEGER NOT NULL,
        owner TEXT NOT NULL,
        UNIQUE (subscription_id, edition)
    )""",
    "CREATE INDEX job_by_ready ON job (ready_at)",
    """CREATE TABLE delivery (
        number INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        destination TEXT NOT NULL,
        subscription_id TEXT NOT NULL,
        edition TEXT NOT NULL,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        payload TEXT NOT NULL,
        picks TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        not_before INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        first_attempt_at INTEGER,
        looked INTEGER NOT NULL,
        reference TEXT NOT NULL,
        detail TEXT NOT NULL,
        ready_at INTEGER,
        owner TEXT NOT NULL
    )""",
    "CREATE INDEX delivery_by_ready ON delivery (ready_at) WHERE ready_at IS NOT NULL",
    "CREATE INDEX delivery_by_edition ON delivery (subscription_id, edition)",
    "CREATE INDEX delivery_by_destination ON delivery (destination, created_at)",
    "CREATE INDEX delivery_by_state ON delivery (state)",
    "CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
)

PLACES: Final[Migration] = (
    # Whoever reads a channel reads all that comes there: of what is not confirmed any next digest there may speak.
    """CREATE TABLE unconfirmed (
        number INTEGER PRIMARY KEY,
        destination TEXT NOT NULL,
        edition TEXT NOT NULL,
        at INTEGER NOT NULL,
        UNIQUE (destination, edition)
    )""",
    """INSERT OR IGNORE INTO unconfirmed (destination, edition, at)
        SELECT destination, value, created_at
        FROM progress JOIN subscription ON subscription.id = subscription_id, json_each(progress.unconfirmed)""",
    "ALTER TABLE progress DROP COLUMN unconfirmed",
    "CREATE TABLE process (name TEXT PRIMARY KEY, until INTEGER NOT NULL, document TEXT NOT NULL) WITHOUT ROWID",
)

HANDLERS: Final[Migration] = (
    """CREATE TABLE draft (
        key TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        until INTEGER NOT NULL,
        owners TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX draft_by_end ON draft (until)",
    "CREATE TABLE departure (workspace TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
)

LEAN: Final[Migration] = (
    # A delivery's row changes three times, its text never: beside it, so that the row stays small.
    """CREATE TABLE payload (
        number INTEGER PRIMARY KEY REFERENCES delivery (number) ON DELETE CASCADE,
        text TEXT NOT NULL
    )""",
    "INSERT INTO payload (number, text) SELECT number, payload FROM delivery WHERE payload <> ''",
    "ALTER TABLE delivery DROP COLUMN payload",
)

MAIL: Final[Migration] = (
    # An address stands here sealed, and is found by a keyed hash.
    """CREATE TABLE recipient (
        id TEXT PRIMARY KEY,
        found_by TEXT NOT NULL UNIQUE,
        sealed TEXT NOT NULL,
        asked_at INTEGER NOT NULL,
        confirmed_at INTEGER
    ) WITHOUT ROWID""",
)

TOKENS: Final[Migration] = (
    "CREATE TABLE installation (workspace TEXT PRIMARY KEY, sealed TEXT NOT NULL) WITHOUT ROWID",
)

CLOSE: Final[Migration] = (
    # What one edition changes stands close together. A key is made of columns, so they are the key; and only a page's
    # marks ever move, so they alone are found by paper.
    """CREATE TABLE slim_delivery (
        number INTEGER PRIMARY KEY,
        destination TEXT NOT NULL,
        subscription_id TEXT NOT NULL,
        edition TEXT NOT NULL,
        part INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        picks TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        not_before INTEGER NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        first_attempt_at INTEGER,
        looked INTEGER NOT NULL,
        reference TEXT NOT NULL,
        detail TEXT NOT NULL,
        ready_at INTEGER,
        owner TEXT NOT NULL,
        UNIQUE (subscription_id, edition, part, destination)
    )""",
    """INSERT INTO slim_delivery
        SELECT number, destination, subscription_id, edition, part, parts, picks, created_at, not_before, state,
            attempts, first_attempt_at, looked, reference, detail, ready_at, owner FROM delivery""",
    "DROP TABLE delivery",
    "ALTER TABLE slim_delivery RENAME TO delivery",
    "CREATE INDEX delivery_by_ready ON delivery (ready_at) WHERE ready_at IS NOT NULL",
    "CREATE INDEX delivery_by_destination ON delivery (destination, created_at)",
    "CREATE INDEX delivery_by_state ON delivery (state)",
    """CREATE TABLE slim_job (
        subscription_id TEXT NOT NULL,
        edition TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        ready_at INTEGER NOT NULL,
        owner TEXT NOT NULL,
        PRIMARY KEY (subscription_id, edition)
    ) WITHOUT ROWID""",
    "INSERT INTO slim_job SELECT subscription_id, edition, due_at, ready_at, owner FROM job",
    "DROP TABLE job",
    "ALTER TABLE slim_job RENAME TO job",
    "CREATE INDEX job_by_ready ON job (ready_at)",
    "DROP INDEX mark_by_paper",
    "CREATE INDEX mark_of_page ON mark (paper_id) WHERE paper_id GLOB 'page:*'",
)

MIGRATIONS: Final = (FIRST, DELIVERY, PLACES, HANDLERS, LEAN, MAIL, TOKENS, CLOSE)
"""All of them, the oldest first."""
