-- The screening that most write first: two keys, Jaro and Winkler's similarity of both names, and a few rules for the rest.

CREATE MACRO plain(name) AS regexp_replace(upper(strip_accents(coalesce(name, ''))), '[^A-Z]', '', 'g');

CREATE TABLE entries AS
  SELECT row_number() OVER () - 1 AS place, plain(LASTNAME) AS last, plain(FIRSTNAME) AS first, nullif(DOB, '') AS born,
    nullif(NPI, '0000000000') AS npi, STATE AS state
  FROM read_csv('LIST_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~');
CREATE TABLE people AS
  SELECT provider_id AS id, plain(last_name) AS last, plain(first_name) AS first, nullif(replace(dob, '-', ''), '') AS born,
    nullif(npi, '') AS npi, state
  FROM read_csv('ROSTER_FILE', header = true, all_varchar = true, quote = '"', delim = ',', escape = '"', nullstr = '~');

CREATE TABLE pairs AS
  SELECT id, place FROM people JOIN entries USING (npi)
  UNION SELECT p.id, e.place FROM people p JOIN entries e USING (born)
    WHERE left(p.last, 1) = left(e.last, 1) OR left(p.first, 1) = left(e.first, 1)
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.last = e.last AND left(p.first, 1) = left(e.first, 1)
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.first = e.first AND left(p.born, 4) = left(e.born, 4) AND left(p.last, 3) = left(e.last, 3)
  UNION SELECT p.id, e.place FROM people p JOIN entries e ON p.last = e.first AND p.first = e.last;

CREATE TABLE scored AS
  SELECT id, place, CASE
    WHEN p.npi = e.npi THEN 100
    WHEN p.last = e.first AND p.first = e.last AND p.born = e.born THEN 95
    ELSE 40 * jaro_winkler_similarity(p.last, e.last) + 30 * jaro_winkler_similarity(p.first, e.first)
      + CASE WHEN p.born = e.born THEN 25 WHEN p.born IS NULL OR e.born IS NULL THEN 8 WHEN hamming(p.born, e.born) <= 2 THEN 12 ELSE 0 END
      + CASE WHEN p.state = e.state THEN 5 ELSE 0 END
    END AS score
  FROM pairs JOIN people p USING (id) JOIN entries e USING (place);

COPY (
  SELECT p.id, coalesce(h.result, 'clear') AS result, coalesce(h.candidates, []) AS candidates
  FROM people p LEFT JOIN (
    SELECT id, CASE WHEN max(score) >= 95 THEN 'match' WHEN max(score) >= 85 THEN 'possible' ELSE 'clear' END AS result,
      list({'list': 'leie', 'row': place, 'score': round(score, 3), 'reasons': []::VARCHAR[]} ORDER BY score DESC) AS candidates
    FROM scored WHERE score >= 70 GROUP BY id
  ) h USING (id) ORDER BY p.id
) TO 'HITS_FILE' (FORMAT json);
