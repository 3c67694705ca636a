-- Fellegi and Sunter by hand: candidates by a few keys, then weights of evidence (log2 of how much likelier a feature is
-- between two records of one person than between two persons), added up. The weights are judgement, not training.

CREATE MACRO words(name) AS
  trim(regexp_replace(translate(upper(strip_accents(coalesce(name, ''))), '''`.', ''), '[^A-Z]+', ' ', 'g'));
CREATE MACRO bare(name) AS regexp_replace(words(name), '( (JR|SR|II|III|IV|MD|DO|RN|DDS|PHD))+$', '');
CREATE MACRO single(name) AS
  replace(replace(replace(replace(replace(replace(name, 'LL', 'L'), 'SS', 'S'), 'NN', 'N'), 'TT', 'T'), 'RR', 'R'), 'MM', 'M');
CREATE MACRO skeleton(name) AS left(name, 1) || left(single(regexp_replace(substr(name, 2), '[AEIOUYHW]', '', 'g')), 4);

CREATE TABLE short_forms AS
  SELECT unnest(string_split(short, ' ')) AS short, long FROM (VALUES
    ('BOB ROB BOBBY ROBBIE BERT', 'ROBERT'), ('BILL WILL BILLY WILLIE LIAM', 'WILLIAM'), ('JIM JIMMY JAMIE', 'JAMES'),
    ('JACK JOHNNY JON', 'JOHN'), ('RICK DICK RICH RICKY RICHIE', 'RICHARD'), ('MIKE MICK MICKEY', 'MICHAEL'),
    ('TOM TOMMY', 'THOMAS'), ('CHUCK CHARLIE CHAS', 'CHARLES'), ('JOE JOEY', 'JOSEPH'), ('CHRIS KIT', 'CHRISTOPHER'),
    ('DAN DANNY', 'DANIEL'), ('MATT', 'MATTHEW'), ('TONY', 'ANTHONY'), ('DON DONNIE DONNY', 'DONALD'),
    ('STEVE', 'STEVEN'), ('STEVE', 'STEPHEN'), ('ANDY DREW', 'ANDREW'), ('KEN KENNY', 'KENNETH'),
    ('ED TED EDDIE NED', 'EDWARD'), ('RON RONNIE', 'RONALD'), ('TIM', 'TIMOTHY'), ('JEFF', 'JEFFREY'),
    ('GREG', 'GREGORY'), ('LARRY', 'LAWRENCE'), ('NICK', 'NICHOLAS'), ('SAM SAMMY', 'SAMUEL'), ('BEN', 'BENJAMIN'),
    ('PAT RICK', 'PATRICK'), ('ALEX AL', 'ALEXANDER'), ('FRED FREDDIE', 'FREDERICK'), ('RAY', 'RAYMOND'),
    ('JERRY', 'GERALD'), ('WALT WALLY', 'WALTER'), ('LEN LENNY', 'LEONARD'), ('DAVE DAVEY', 'DAVID'),
    ('PHIL', 'PHILIP'), ('PHIL', 'PHILLIP'), ('VINCE VINNIE', 'VINCENT'), ('RUSS', 'RUSSELL'), ('GENE', 'EUGENE'),
    ('HAL HARRY', 'HAROLD'), ('FRANK', 'FRANCIS'), ('FRANK', 'FRANKLIN'), ('AL BERT', 'ALBERT'), ('AL FRED', 'ALFRED'),
    ('JON', 'JONATHAN'), ('NATE NAT', 'NATHANIEL'), ('ZACH ZACK', 'ZACHARY'), ('JOSH', 'JOSHUA'), ('GABE', 'GABRIEL'),
    ('ART', 'ARTHUR'), ('STAN', 'STANLEY'), ('NORM', 'NORMAN'), ('HANK', 'HENRY'), ('DOUG', 'DOUGLAS'), ('PETE', 'PETER'),
    ('LIZ BETH BETTY LISA LIZZIE BETSY ELIZA', 'ELIZABETH'), ('PEGGY MEG MAGGIE MARGE', 'MARGARET'),
    ('KATE KATHY KATIE KAT', 'KATHERINE'), ('CATHY KATE CATIE', 'CATHERINE'), ('KATHY KATE', 'KATHLEEN'),
    ('PAT PATTY TRICIA TRISH', 'PATRICIA'), ('JEN JENNY JENNA', 'JENNIFER'), ('SUE SUSIE', 'SUSAN'),
    ('DEB DEBBIE DEBRA', 'DEBORAH'), ('DEB DEBBIE', 'DEBRA'), ('BARB BARBIE', 'BARBARA'), ('BECKY BECCA', 'REBECCA'),
    ('PAM', 'PAMELA'), ('CINDY', 'CYNTHIA'), ('CHRIS TINA CHRISSY', 'CHRISTINE'), ('TINA CHRIS', 'CHRISTINA'),
    ('VICKY VICKI TORI', 'VICTORIA'), ('JACKIE', 'JACQUELINE'), ('TERRY TERESA TESS', 'THERESA'), ('SANDY', 'SANDRA'),
    ('JUDY', 'JUDITH'), ('JESS JESSIE', 'JESSICA'), ('KIM', 'KIMBERLY'), ('STEPH', 'STEPHANIE'), ('MANDY', 'AMANDA'),
    ('MISSY MEL', 'MELISSA'), ('DOT DOTTIE', 'DOROTHY'), ('GINNY', 'VIRGINIA'), ('SAM', 'SAMANTHA'),
    ('ALEX SANDRA', 'ALEXANDRA'), ('VAL', 'VALERIE'), ('JO JOSIE', 'JOSEPHINE'), ('LUCY', 'LUCILLE'), ('FLO', 'FLORENCE'),
    ('ABBY', 'ABIGAIL'), ('ANGIE', 'ANGELA'), ('CAROL', 'CAROLYN'), ('NANCY', 'ANN'), ('MIMI', 'MIRIAM'), ('JAN', 'JANET')
  ) AS known(short, long);

CREATE TABLE entries AS
  SELECT *, left(first, 1) AS initial, replace(last, ' ', '') AS joined, string_split(last, ' ') AS parts, skeleton(joined) AS bones
  FROM (
    SELECT row_number() OVER () - 1 AS place, bare(LASTNAME) AS last, bare(FIRSTNAME) AS first, words(MIDNAME) AS middle,
      nullif(regexp_extract(LASTNAME, '[ ,](JR|SR|II|III|IV)[.]?$', 1), '') AS suffix,
      CASE WHEN DOB SIMILAR TO '[12][0-9]{7}' THEN DOB END AS born, nullif(NPI, '0000000000') AS npi,
      STATE AS state, left(ZIP, 5) AS zip, upper(ADDRESS) AS address
    FROM read_csv('LIST_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~')
  ) WHERE last <> '';

CREATE TABLE people AS
  SELECT *, left(first, 1) AS initial, replace(last, ' ', '') AS joined, string_split(last, ' ') AS parts, skeleton(joined) AS bones
  FROM (
    SELECT provider_id AS id, bare(last_name) AS last, bare(first_name) AS first, words(middle_name) AS middle,
      coalesce(nullif(regexp_extract(words(suffix), '^(JR|SR|II|III|IV)$', 1), ''),
        nullif(regexp_extract(last_name, '[ ,](JR|SR|II|III|IV)[.]?$', 1), '')) AS suffix,
      nullif(replace(dob, '-', ''), '') AS born, nullif(npi, '') AS npi, state, left(zip, 5) AS zip,
      upper(address) AS address
    FROM read_csv('ROSTER_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~')
  );

-- How rare a name is on the list, in bits; one that is not there is rarer than all that are.
CREATE TABLE last_bits AS
  SELECT word AS name, least(-log2(count(*) / (SELECT count(*) FROM entries)), 15.0) AS bits
  FROM (SELECT unnest(list_distinct(list_append(parts, joined))) AS word FROM entries) GROUP BY word;
CREATE TABLE first_bits AS
  SELECT first AS name, least(-log2(count(*) / (SELECT count(*) FROM entries)), 13.0) AS bits FROM entries GROUP BY first;

-- The keys by which two records meet. A word of a surname is a key of its own, so that either half of a hyphen meets.
CREATE TABLE listed_words AS SELECT place, unnest(list_distinct(list_append(parts, joined))) AS word, initial, first, middle, born FROM entries;
CREATE TABLE person_words AS SELECT id, unnest(list_distinct(list_append(parts, joined))) AS word, initial, first, middle, born FROM people;
CREATE TABLE pairs AS
  SELECT id, place FROM people JOIN entries USING (npi)
  UNION SELECT p.id, e.place FROM people p JOIN entries e USING (born)
    WHERE left(p.last, 1) = left(e.last, 1) OR p.initial = e.initial OR p.initial = left(e.last, 1)
  UNION SELECT p.id, e.place FROM person_words p JOIN listed_words e USING (word, initial)
  UNION SELECT p.id, e.place FROM person_words p JOIN listed_words e ON p.word = e.word
    AND (left(p.middle, 1) = e.initial OR left(e.middle, 1) = p.initial) AND p.middle <> '' AND e.middle <> ''
    AND left(p.born, 4) = left(e.born, 4)
  UNION SELECT p.id, e.place FROM person_words p JOIN short_forms s ON p.first = s.short JOIN listed_words e ON e.word = p.word AND e.first = s.long
  UNION SELECT p.id, e.place FROM person_words p JOIN short_forms s ON p.first = s.long JOIN listed_words e ON e.word = p.word AND e.first = s.short
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.last = e.first AND p.first = e.last
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.bones = e.bones AND p.initial = e.initial
    AND (left(p.born, 4) = left(e.born, 4) OR substr(p.born, 5) = substr(e.born, 5))
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.first = e.first
    AND left(p.born, 4) = left(e.born, 4) AND p.state = e.state AND left(p.last, 2) = left(e.last, 2)
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.first = e.first AND p.bones = e.bones
    WHERE p.born IS NULL OR e.born IS NULL
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.first = e.first AND left(p.joined, 3) = left(e.joined, 3)
    AND right(p.joined, 2) = right(e.joined, 2) WHERE p.born IS NULL OR e.born IS NULL;

CREATE MACRO near(one, other) AS jaro_winkler_similarity(one, other);
CREATE TABLE compared AS
  SELECT p.id, e.place,
    coalesce(lb.bits, 15.0) AS last_bits, coalesce(fb.bits, 13.0) AS first_bits,
    p.last = e.first AND p.first = e.last AS swapped,
    p.joined = e.joined AS same_last, p.joined = e.joined OR list_has_any(p.parts, e.parts) AS shared_part,
    near(p.joined, e.joined) AS last_near, CASE WHEN p.joined = e.joined THEN 0 ELSE damerau_levenshtein(p.joined, e.joined) END AS last_edits,
    p.first = e.first AS same_first, s.short IS NOT NULL OR t.short IS NOT NULL AS short_form,
    near(p.first, e.first) AS first_near, CASE WHEN p.first = e.first THEN 0 WHEN p.initial = e.initial THEN damerau_levenshtein(p.first, e.first) ELSE 9 END AS first_edits,
    p.initial = e.initial AND (length(p.first) = 1 OR length(e.first) = 1) AS only_initial,
    p.initial = e.initial AS same_initial,
    (p.first = e.middle AND length(p.first) > 1) OR (p.middle = e.first AND length(p.middle) > 1) AS moved_first,
    p.middle AS p_middle, e.middle AS e_middle, p.born AS p_born, e.born AS e_born, p.npi AS p_npi, e.npi AS e_npi,
    p.suffix AS p_suffix, e.suffix AS e_suffix,
    p.state = e.state AS same_state, p.zip = e.zip AS same_zip, p.address = e.address AS same_address
  FROM pairs JOIN people p USING (id) JOIN entries e USING (place)
  LEFT JOIN last_bits lb ON lb.name = e.joined LEFT JOIN first_bits fb ON fb.name = e.first
  LEFT JOIN short_forms s ON s.short = p.first AND s.long = e.first
  LEFT JOIN short_forms t ON t.long = p.first AND t.short = e.first;

CREATE TABLE scored AS
  SELECT *, w_last + w_first + w_middle + w_born + w_npi + w_suffix + w_place AS score
  FROM (
    SELECT id, place,
      CASE WHEN swapped THEN last_bits - 4 WHEN same_last THEN last_bits - 0.3
        WHEN shared_part THEN last_bits - 4
        WHEN last_edits = 1 THEN last_bits - 4 WHEN last_near >= 0.92 THEN last_bits - 6
        WHEN last_near >= 0.85 THEN 1 ELSE -5 END AS w_last,
      CASE WHEN swapped THEN first_bits WHEN same_first THEN first_bits - 0.3
        WHEN short_form THEN first_bits - 3
        WHEN only_initial THEN 1.5
        WHEN moved_first THEN first_bits - 4.5
        WHEN first_edits = 1 AND same_initial THEN first_bits - 4
        WHEN first_near >= 0.9 THEN first_bits - 6 WHEN same_initial THEN -4 ELSE -6 END AS w_first,
      CASE WHEN p_middle = '' OR e_middle = '' OR moved_first THEN 0 WHEN p_middle = e_middle AND length(p_middle) > 1 THEN 5
        WHEN left(p_middle, 1) = left(e_middle, 1) THEN CASE WHEN length(p_middle) = 1 OR length(e_middle) = 1 THEN 3 ELSE 1 END
        ELSE -3 END AS w_middle,
      CASE WHEN p_born IS NULL OR e_born IS NULL THEN 0 WHEN p_born = e_born THEN 13.5
        WHEN left(p_born, 4) = left(e_born, 4) AND substr(p_born, 5, 2) = substr(e_born, 7, 2)
          AND substr(p_born, 7, 2) = substr(e_born, 5, 2) THEN 9
        WHEN hamming(p_born, e_born) = 1 THEN 5
        WHEN hamming(p_born, e_born) = 2 AND damerau_levenshtein(p_born, e_born) = 1 THEN 7
        WHEN substr(p_born, 5) = substr(e_born, 5) THEN 1 WHEN left(p_born, 6) = left(e_born, 6) THEN 1
        WHEN left(p_born, 4) = left(e_born, 4) THEN -3 ELSE -7 END AS w_born,
      CASE WHEN p_npi = e_npi THEN 25 WHEN p_npi IS NOT NULL AND e_npi IS NOT NULL THEN -4 ELSE 0 END AS w_npi,
      CASE WHEN p_suffix = e_suffix THEN 3 WHEN p_suffix IS NOT NULL AND e_suffix IS NOT NULL THEN -4
        WHEN p_suffix IS NOT NULL OR e_suffix IS NOT NULL THEN -1 ELSE 0 END AS w_suffix,
      CASE WHEN same_address AND same_zip THEN 9 WHEN same_zip THEN 6 WHEN same_state THEN 3 ELSE -1.7 END AS w_place,
    FROM compared
  );

-- One person in forty of so large a list's staff is on it: 21.6 bits make it as likely as not that two records are one person.
COPY (
  SELECT p.id, coalesce(h.result, 'clear') AS result, coalesce(h.candidates, []) AS candidates
  FROM people p LEFT JOIN (
    SELECT id, CASE WHEN max(score) >= 26 THEN 'match' WHEN max(score) >= 18 THEN 'possible' ELSE 'clear' END AS result,
      list({'list': 'leie', 'row': place, 'score': round(score, 3), 'reasons': list_filter([
        printf('surname %+.1f', w_last::DOUBLE), printf('first name %+.1f', w_first::DOUBLE),
        CASE WHEN w_middle <> 0 THEN printf('middle name %+.1f', w_middle::DOUBLE) END,
        CASE WHEN w_born <> 0 THEN printf('date of birth %+.1f', w_born::DOUBLE) END,
        CASE WHEN w_npi <> 0 THEN printf('NPI %+.1f', w_npi::DOUBLE) END,
        CASE WHEN w_suffix <> 0 THEN printf('suffix %+.1f', w_suffix::DOUBLE) END,
        printf('place %+.1f', w_place::DOUBLE)], lambda reason: reason IS NOT NULL)} ORDER BY score DESC) AS candidates
    FROM scored WHERE score >= 8 GROUP BY id
  ) h USING (id) ORDER BY p.id
) TO 'HITS_FILE' (FORMAT json);
