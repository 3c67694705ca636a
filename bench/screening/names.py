"""Names to draw from: ordinary ones with rough frequencies, and as many more as syllables make. Nobody's record.

The frequencies are per 10,000 and written down from memory: they make some names common and most rare, which is what
tells a telling agreement from one that says little.
"""

from itertools import accumulate
from random import Random

_SURNAMES = (
    "SMITH 88 JOHNSON 69 WILLIAMS 58 BROWN 52 JONES 51 GARCIA 42 MILLER 41 DAVIS 39 RODRIGUEZ 39 MARTINEZ 38 "
    "HERNANDEZ 37 LOPEZ 31 GONZALEZ 30 WILSON 28 ANDERSON 28 THOMAS 27 TAYLOR 26 MOORE 25 JACKSON 25 MARTIN 24 LEE 24 "
    "PEREZ 24 THOMPSON 23 WHITE 23 HARRIS 22 SANCHEZ 21 CLARK 19 RAMIREZ 19 LEWIS 18 ROBINSON 18 WALKER 18 YOUNG 17 "
    "ALLEN 17 KING 16 WRIGHT 16 SCOTT 15 TORRES 15 NGUYEN 15 HILL 15 FLORES 14 GREEN 14 ADAMS 14 NELSON 14 BAKER 14 "
    "HALL 14 RIVERA 13 CAMPBELL 13 MITCHELL 13 CARTER 13 ROBERTS 13 GOMEZ 12 PHILLIPS 12 EVANS 12 TURNER 12 DIAZ 12 "
    "PARKER 11 CRUZ 11 EDWARDS 11 COLLINS 11 REYES 11 STEWART 11 MORRIS 11 MORALES 10 MURPHY 10 COOK 10 ROGERS 10 "
    "GUTIERREZ 10 ORTIZ 10 MORGAN 10 COOPER 9 PETERSON 9 BAILEY 9 REED 9 KELLY 9 HOWARD 9 RAMOS 9 KIM 9 COX 9 WARD 9 "
    "RICHARDSON 9 WATSON 8 BROOKS 8 CHAVEZ 8 WOOD 8 JAMES 8 BENNETT 8 GRAY 8 MENDOZA 8 RUIZ 8 HUGHES 8 PRICE 8 "
    "ALVAREZ 8 CASTILLO 8 SANDERS 8 PATEL 8 MYERS 7 LONG 7 ROSS 7 FOSTER 7 JIMENEZ 7 POWELL 7 JENKINS 7 PERRY 7 "
    "RUSSELL 7 SULLIVAN 7 BELL 7 COLEMAN 7 BUTLER 7 HENDERSON 7 BARNES 7 FISHER 6 VASQUEZ 6 SIMMONS 6 GRAHAM 6 "
    "O'BRIEN 4 O'CONNOR 3 MCDONALD 6 MCCARTHY 4 MACDONALD 2 ST JOHN 0 DE LA CRUZ 2 VAN DYKE 1 DELEON 3"
)
_WOMEN = (
    "MARY 160 PATRICIA 80 JENNIFER 95 LINDA 75 ELIZABETH 90 BARBARA 60 SUSAN 65 JESSICA 75 SARAH 75 KAREN 60 LISA 65 "
    "NANCY 45 BETTY 25 SANDRA 45 MARGARET 45 ASHLEY 60 KIMBERLY 60 EMILY 50 DONNA 45 MICHELLE 60 CAROL 35 AMANDA 60 "
    "MELISSA 55 DEBORAH 45 STEPHANIE 55 REBECCA 50 SHARON 40 LAURA 45 CYNTHIA 45 DOROTHY 20 AMY 45 KATHLEEN 35 "
    "ANGELA 45 SHIRLEY 20 EMMA 20 BRENDA 35 PAMELA 35 NICOLE 45 ANNA 35 SAMANTHA 40 KATHERINE 40 CHRISTINE 40 DEBRA 35 "
    "RACHEL 35 CAROLYN 25 JANET 25 MARIA 60 HEATHER 40 DIANE 25 JULIE 35 JOYCE 15 VICTORIA 30 KELLY 30 CHRISTINA 35 "
    "JOAN 15 EVELYN 15 LAUREN 30 JUDITH 20 ANDREA 30 HANNAH 25 CHERYL 25 JACQUELINE 25 MARTHA 15 GLORIA 15 TERESA 25 "
    "ANN 20 SARA 25 MADISON 15 KATHRYN 25 JANICE 15 JEAN 12 ABIGAIL 15 ALICE 12 JULIA 18 SOPHIA 15 GRACE 15 DENISE 22 "
    "THERESA 20 VIRGINIA 12 ALEXANDRA 18 VALERIE 18 ROSA 12 CARMEN 12 ANA 15 GUADALUPE 8 LATOYA 8 TAMIKA 6 MEI 5 THUY 4"
)
_MEN = (
    "JAMES 150 ROBERT 140 JOHN 140 MICHAEL 150 DAVID 125 WILLIAM 115 RICHARD 80 JOSEPH 85 THOMAS 75 CHRISTOPHER 80 "
    "CHARLES 65 DANIEL 80 MATTHEW 70 ANTHONY 60 MARK 60 DONALD 40 STEVEN 50 ANDREW 50 PAUL 45 JOSHUA 50 KENNETH 40 "
    "KEVIN 45 BRIAN 50 TIMOTHY 40 RONALD 35 GEORGE 30 JASON 45 EDWARD 35 JEFFREY 40 RYAN 40 JACOB 30 NICHOLAS 35 "
    "GARY 30 ERIC 40 JONATHAN 35 STEPHEN 35 LARRY 22 JUSTIN 35 SCOTT 30 BRANDON 35 BENJAMIN 30 SAMUEL 28 GREGORY 28 "
    "ALEXANDER 28 PATRICK 28 FRANK 20 RAYMOND 22 JACK 15 DENNIS 20 JERRY 20 TYLER 25 AARON 25 JOSE 45 ADAM 28 "
    "NATHAN 22 HENRY 15 ZACHARY 22 DOUGLAS 20 PETER 20 KYLE 22 NOAH 12 ETHAN 12 JEREMY 22 WALTER 12 CHRISTIAN 15 "
    "KEITH 18 ROGER 12 TERRY 14 AUSTIN 15 SEAN 18 GERALD 12 CARL 12 HAROLD 10 DYLAN 12 ARTHUR 12 LAWRENCE 14 JORDAN 12 "
    "JESSE 14 BRYAN 16 BILLY 10 BRUCE 10 GABRIEL 12 JUAN 25 LUIS 22 CARLOS 22 ALBERT 10 PHILIP 12 VINCENT 12 RUSSELL 8 "
    "EUGENE 6 WEI 5 AHMED 4 RAJESH 4 DMITRI 3 TYRONE 6"
)
_FRONTS = (
    "BAL BREN CAL COR DAL DEV DRA EL FEN FOR GAR GLEN HAL HER IN JAR KAL KEN KOV LAM LIN LOR MAL MER MON NOR OB OR PAL "
    "PER QUIN RAD RO SAL SHE STAN TAL TEN UL VAL VER WAL WES YAR ZEL ACH BOUD CHA DZI KRU NAK OKO PRZ SCHW SUB TRU VEN"
)
_MIDDLES = "A AN AR BE BI DE DI E EL EN ER GI GO HA I IN KA KO LA LE LI MA MI NA NO O OR RA RE RI SE SO TA TI U VA VI"
_BACKS = (
    "BERG BY CHUK DALE DEZ DO ELL ER FIELD FORD GER HAM HART INGTON KAR KER KINS KO KOWSKI LAND LEY LO LUND MAN MANN "
    "MORE NER NEY NI OGLU QUIST RA RIO RO RICK SEN SHAW SKI SON STEIN TEZ THAL TON TOS VAN VILLE WALA WELL WICK WOOD YAMA ZAR"
)
_GIVEN_FRONTS = (
    "A AL AN BRE CA CHAN DA DE EL FE IL JA JO KA KE LA LE LO MA MEL NA NI OL PRI RA RO SA SHA TA TI VI YA ZA"
)
_GIVEN_MIDDLES = "BE DI DRE LA LE LI MA ME NI QUI RA RI SHA TI VO"
_GIVEN_BACKS = {
    "F": "A AH ANA ELLE ETTE IA ICE ISHA LYN NA NE RA SSA TH",
    "M": "AN ARD EL EN IO IUS LD N ON R RD S SH TON",
}

#: What people are called by, for what stands on their license.
SHORT_FORMS = {
    long: tuple(short.split())
    for long, short in (
        ("ROBERT", "BOB ROB BOBBY"), ("WILLIAM", "BILL WILL BILLY"), ("JAMES", "JIM JIMMY"), ("JOHN", "JACK JOHNNY"),
        ("RICHARD", "RICK DICK RICH"), ("MICHAEL", "MIKE"), ("THOMAS", "TOM"), ("CHARLES", "CHUCK CHARLIE"),
        ("JOSEPH", "JOE"), ("CHRISTOPHER", "CHRIS"), ("DANIEL", "DAN DANNY"), ("MATTHEW", "MATT"), ("ANTHONY", "TONY"),
        ("DONALD", "DON"), ("STEVEN", "STEVE"), ("ANDREW", "ANDY DREW"), ("KENNETH", "KEN"), ("EDWARD", "ED TED"),
        ("RONALD", "RON"), ("TIMOTHY", "TIM"), ("JEFFREY", "JEFF"), ("GREGORY", "GREG"), ("LAWRENCE", "LARRY"),
        ("NICHOLAS", "NICK"), ("SAMUEL", "SAM"), ("BENJAMIN", "BEN"), ("PATRICK", "PAT"), ("ALEXANDER", "ALEX"),
        ("RAYMOND", "RAY"), ("GERALD", "JERRY"), ("DAVID", "DAVE"), ("PHILIP", "PHIL"), ("EUGENE", "GENE"),
        ("DOUGLAS", "DOUG"), ("ZACHARY", "ZACH"), ("ELIZABETH", "LIZ BETH BETTY"), ("MARGARET", "PEGGY MEG MAGGIE"),
        ("KATHERINE", "KATE KATHY"), ("KATHLEEN", "KATHY"), ("PATRICIA", "PAT PATTY TRISH"), ("JENNIFER", "JEN JENNY"),
        ("SUSAN", "SUE"), ("DEBORAH", "DEB DEBBIE"), ("BARBARA", "BARB"), ("REBECCA", "BECKY"), ("PAMELA", "PAM"),
        ("CYNTHIA", "CINDY"), ("CHRISTINE", "CHRIS TINA"), ("VICTORIA", "VICKY"), ("JACQUELINE", "JACKIE"),
        ("THERESA", "TERRY"), ("SANDRA", "SANDY"), ("JUDITH", "JUDY"), ("KIMBERLY", "KIM"), ("STEPHANIE", "STEPH"),
        ("AMANDA", "MANDY"), ("DOROTHY", "DOT"), ("VIRGINIA", "GINNY"), ("SAMANTHA", "SAM"), ("ALEXANDRA", "ALEX"),
    )
}  # fmt: skip


class _Ordinary:
    """Names with their frequencies, `NAME 12 NEXT NAME 3`, to draw one by."""

    def __init__(self, text: str) -> None:
        names: list[str] = []
        weights: list[int] = []
        words: list[str] = []
        for word in text.split():
            if word.isdigit():
                names.append(" ".join(words))
                weights.append(int(word))
                words = []
            else:
                words.append(word)
        self._names, self._cumulated = names, list(accumulate(weights))

    def one(self, draw: Random) -> str:
        return draw.choices(self._names, cum_weights=self._cumulated)[0]


_ORDINARY_SURNAMES = _Ordinary(_SURNAMES)
_ORDINARY_GIVEN = {"F": _Ordinary(_WOMEN), "M": _Ordinary(_MEN)}
_LAST = tuple(tuple(part.split()) for part in (_FRONTS, _MIDDLES, _BACKS))
_FIRST = {
    sex: tuple(tuple(part.split()) for part in (_GIVEN_FRONTS, _GIVEN_MIDDLES, backs))
    for sex, backs in _GIVEN_BACKS.items()
}


def last_name(draw: Random) -> str:
    """Draw a surname: one in three is a common one, some of the others have a syllable more."""
    if draw.random() < 0.33:
        return _ORDINARY_SURNAMES.one(draw)
    front, middle, back = _LAST
    more = draw.choice(middle) if draw.random() < 0.5 else ""
    return draw.choice(front) + draw.choice(middle) + more + draw.choice(back)


def first_name(draw: Random, sex: str) -> str:
    """Draw a first name: four in five are common ones."""
    if draw.random() < 0.8:
        return _ORDINARY_GIVEN[sex].one(draw)
    front, middle, back = _FIRST[sex]
    return draw.choice(front) + draw.choice(middle) + draw.choice(back)


def middle_name(draw: Random) -> str:
    """Draw a middle name: none for a third, an initial for a quarter."""
    among = draw.random()
    if among < 0.3:
        return ""
    if among < 0.55:
        return draw.choice("ABCDEFGHIJKLMNOPRSTW")
    return first_name(draw, draw.choice("FM"))
