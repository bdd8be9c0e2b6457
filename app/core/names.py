"""What a name looks like: two names that a hurried reader would take for each other have the same skeleton."""

import unicodedata

INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})

# Letters whose shape is a Latin letter's, after the idea and the entries of Unicode's UTS 39 that are whole letters.
# Upper and lower case stand apart because they resemble different letters (Greek Ν is an N, its ν a v).
_LIKE = str.maketrans(
    {
        **dict(zip("АВЕЗКМНОРСТУХЅІЈԚԜҮѴӀҺԌ", "ABE3KMHOPCTYXSIJQWYVIHG", strict=True)),
        **dict(zip("авезкмнорстухѕіјԛԝүѵӏһԁ", "abe3kmhopctyxsijqwyvlhd", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ", "ABEZHIKMNOPTYXCM", strict=True)),
        **dict(zip("αβγεηικνορστυχϲϳω", "abyenikvopotuxcjw", strict=True)),
        **dict(zip("ՕՍՏԼՀ", "OUSLH", strict=True)),
        **dict(zip("օսոհցզյ", "ounhgqj", strict=True)),
        **dict(zip("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "ABCDEGHIJKLMPRSTVWZ", strict=True)),
        **dict(zip("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "ABCDEFGHIJKLMNOPRSTUVWXYZ", strict=True)),
        **dict(zip("ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdeghijklmnoprstuvwyz", strict=True)),
        **dict(zip("ıɑɡɩøđłħŧƀɓɗɨʋ〇", "iagiodlhtbbdivo", strict=True)),
        **dict(zip("ØĐŁĦŦ", "ODLHT", strict=True)),
        # One Arabic letter written as its neighbours in Persian and Urdu, or at the end of a word.
        **dict(zip("ىیېےکڪګةۀہھەۃ", "ييييكككهههههه", strict=True)),
        "ـ": None,  # tatweel only stretches a word
        "ء": None,
        "|": "l",
        "æ": "ae",
        "œ": "oe",
    }
)
# After folding the case: capital I, small l and the digit 1 are one stroke.
_STROKES = str.maketrans("i015", "lols")


def skeleton(name: str) -> str:
    """The shape of `name`: empty where it has neither letters nor digits."""
    letters = []
    for character in "".join(map(_in_latin, unicodedata.normalize("NFKD", name).split())):
        category = unicodedata.category(character)
        if category == "Nd":
            letters.append(str(unicodedata.digit(character)))
        elif category[0] in "LN":
            letters.append(character)
    shape = unicodedata.normalize("NFKD", "".join(letters).casefold()).translate(_STROKES)
    return shape.replace("rn", "m").replace("vv", "w")


def _in_latin(word: str) -> str:
    # Small letters resemble others than the capitals do. In a word that has Latin letters too, each counts as written;
    # any other word counts as its capitals, so that a name is itself in whatever case it is written.
    is_mixed = any(unicodedata.name(character, "").startswith("LATIN") for character in word)
    return (word if is_mixed else word.upper()).translate(_LIKE)


def has_invisible(name: str) -> bool:
    """Whether the name holds what no reader sees: controls, marks of direction, joiners without width."""
    return any(unicodedata.category(character) in INVISIBLE for character in name)
