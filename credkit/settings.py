"""The settings file: who the organization is, and where the outside sources are.

One TOML file, named by `--config` or CREDKIT_CONFIG, else `config.toml` in the platform's configuration folder. All of it
is optional; without a file the defaults are the real services.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from credkit.errors import UsageError, did_you_mean

STARTER = """\
# credkit's settings. Every line is optional; what is commented out shows the default.

[organization]
# name = "Example Behavioral Health, PLLC"
# npi = "2000000002"                 # the group's own NPI (type 2)
# tax_ids = ["00-0000000"]
# caqh_organization_id = "1234"      # how CAQH knows you: files of another organization are refused
# caqh_region_id = ""
# caqh_delegation_flag = ""          # Y or N, if your payers delegate credentialing to you; blank is not said
# time_zone = "America/New_York"     # every day (today, verified on) is a day here

[store]
# busy_seconds = 10                  # how long to wait for another process before giving up (exit 7)

[portal]
# url = "http://127.0.0.1:8808"      # where providers reach the portal: links begin with it. docs/portal.md

[letters]
# folder = "/home/office/letters"    # your own templates: approval.txt, denial.txt, ...; docs/committee.md has the fields

[mail]                               # how `credkit remind` sends; without a host it writes files
# host = "smtp.example.org"
# port = 587
# security = "starttls"              # or "tls" from the first byte, or "none" on this machine alone
# user = ""
# password_file = ""                 # a file that holds the password and nothing else
# sender = "Credentialing <credentialing@example.org>"
# reply_to = ""

[sources.nppes]
# url = "https://npiregistry.cms.hhs.gov/api/"
# requests_per_second = 10
# concurrency = 8
# timeout_seconds = 20
# attempts = 4
# deadline_seconds = 60              # for one look-up, all attempts together
# max_age_hours = 24                 # a good answer that is no older is used again instead of asking
# opens_after = 5                    # after so many failures in a row, a run asks no more
# mode = "api"                       # "file": the registry's file, loaded with `credkit lists load nppes`

[sources.leie]                       # what `credkit lists fetch leie` downloads
# url = "https://oig.hhs.gov/exclusions/downloadables/UPDATED.csv"
# deadline_seconds = 900             # for one download, all attempts together

[sources.sam]                        # the address of the extract's own zip; docs/lists.md says how to find it
# url = ""

[sources.boards]                     # license boards with public data; docs/boards.md has each
# states = ["CO", "CT", "DE", "IL", "TX", "WA"]   # those that are asked; [] asks none

[sources.boards.WA]
# url = "https://data.wa.gov/resource/"
# key = ""                           # an application token of the state's data portal, if you have one

[sources.optout]                     # the address of the opt-out affidavits' CSV; docs/lists.md says how to find it
# url = ""
"""


class _Section(BaseModel):
    # A section is built within the whole, once; by itself it is never read.
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Organization(_Section):
    """The organization that credentials."""

    name: str = ""
    npi: str = ""
    tax_ids: tuple[str, ...] = ()
    caqh_organization_id: str = ""
    caqh_region_id: str = ""
    caqh_delegation_flag: Literal["", "Y", "N"] = ""
    time_zone: str = "America/New_York"


class StoreSettings(_Section):
    """How the store behaves towards other processes."""

    busy_seconds: Annotated[float, Field(ge=0)] = 10.0


class PortalSettings(_Section):
    """Where providers reach the portal: the address that links begin with."""

    url: Annotated[str, Field(pattern=r"^https?://[^/\s?#]+/?$")] = "http://127.0.0.1:8808"


class LetterSettings(_Section):
    """Where the organization's own templates of letters are."""

    folder: str = ""

    @property
    def path(self) -> Path | None:
        """The folder, None where there is none."""
        return Path(self.folder).expanduser() if self.folder else None


class MailSettings(_Section):
    """The mail server by which reminders go out. Without a host mail is not set up."""

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    sender: str = ""
    reply_to: str = ""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0


class SourceSettings(_Section):
    """How one outside source is reached. Times are in seconds."""

    url: str
    key: str = Field(default="", repr=False)
    requests_per_second: Annotated[float, Field(gt=0)] = 10.0
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    timeout_seconds: Annotated[float, Field(gt=0)] = 20.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    deadline_seconds: Annotated[float, Field(gt=0)] = 60.0
    max_age_hours: Annotated[float, Field(ge=0)] = 24.0
    opens_after: Annotated[int, Field(ge=1)] = 5


class NppesSettings(SourceSettings):
    """The NPI registry's public API, version 2.1; or (`mode` "file") its file, as it was loaded last."""

    url: str = "https://npiregistry.cms.hhs.gov/api/"
    mode: Literal["api", "file"] = "api"


class ListSettings(SourceSettings):
    """Where a list is downloaded from. An empty address is not set up."""

    url: str = ""
    requests_per_second: Annotated[float, Field(gt=0)] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=64)] = 1
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    deadline_seconds: Annotated[float, Field(gt=0)] = 900.0


class LeieSettings(ListSettings):
    """The OIG's full file, published monthly."""

    url: str = "https://oig.hhs.gov/exclusions/downloadables/UPDATED.csv"


class BoardSettings(SourceSettings):
    """A state's data portal (Socrata), down to the folder of its datasets. An empty address is not set up.

    `key` is an application token, which a portal does not ask for, and which lets it answer more.
    """

    url: str = ""
    requests_per_second: Annotated[float, Field(gt=0)] = 5.0
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4


class Washington(BoardSettings):
    """Washington State Department of Health."""

    url: str = "https://data.wa.gov/resource/"


class Colorado(BoardSettings):
    """Colorado Division of Professions and Occupations."""

    url: str = "https://data.colorado.gov/resource/"


class Connecticut(BoardSettings):
    """Connecticut's licenses and credentials."""

    url: str = "https://data.ct.gov/resource/"


class Illinois(BoardSettings):
    """Illinois Department of Financial and Professional Regulation."""

    url: str = "https://data.illinois.gov/resource/"


class Delaware(BoardSettings):
    """Delaware Division of Professional Regulation."""

    url: str = "https://data.delaware.gov/resource/"


class Texas(BoardSettings):
    """The Texas Medical Board and the Board of Nursing; and the Behavioral Health Executive Council's daily files at
    `bhec_url`. Where one address is empty, only the other is asked."""

    url: str = "https://data.texas.gov/resource/"
    bhec_url: str = "https://www.bhec.texas.gov/csv/"


class Boards(_Section):
    """License boards that publish their data. `states` are those which are asked."""

    states: tuple[Literal["CO", "CT", "DE", "IL", "TX", "WA"], ...] = ("CO", "CT", "DE", "IL", "TX", "WA")
    CO: Colorado = Colorado()
    CT: Connecticut = Connecticut()
    DE: Delaware = Delaware()
    IL: Illinois = Illinois()
    TX: Texas = Texas()
    WA: Washington = Washington()


class Sources(_Section):
    """Every outside source that credkit can ask."""

    nppes: NppesSettings = NppesSettings()
    leie: LeieSettings = LeieSettings()
    sam: ListSettings = ListSettings()
    optout: ListSettings = ListSettings()
    boards: Boards = Boards()


class Settings(_Section):
    """The whole file."""

    organization: Organization = Organization()
    store: StoreSettings = StoreSettings()
    portal: PortalSettings = PortalSettings()
    letters: LetterSettings = LetterSettings()
    mail: MailSettings = MailSettings()
    sources: Sources = Sources()


def default_path() -> Path:
    """Return where the settings file is looked for when nobody names one."""
    from platformdirs import user_config_path

    return user_config_path("credkit", appauthor=False) / "config.toml"


def begin(path: Path) -> bool:
    """Write a settings file to fill in, for its owner alone to read; return False where there is one already."""
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(STARTER)
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be written: {error.strerror}.") from error
    return True


def load(path: Path | None) -> Settings:
    """Read the settings from `path`, or from the default place if a file is there, or take the defaults."""
    named = path is not None
    path = path or default_path()
    if not path.exists():
        if named:
            raise UsageError(f"There is no settings file at {path}.", hint="`credkit init` writes one.")
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not a TOML file: {error}") from error
    except OSError as error:
        raise UsageError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise UsageError(f"{path} has settings that credkit cannot use.", details=_problems(error)) from error


def _problems(error: ValidationError) -> list[str]:
    problems = []
    for problem in error.errors(include_input=False, include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            siblings: type[BaseModel] = Settings
            for part in problem["loc"][:-1]:
                annotation = siblings.model_fields[str(part)].annotation
                assert isinstance(annotation, type)
                siblings = annotation
            problems.append(f"{where} is not a setting.{did_you_mean(str(problem['loc'][-1]), siblings.model_fields)}")
        else:
            problems.append(f"{where}: {problem['msg']}")
    return problems
