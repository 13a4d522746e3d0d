INSERT INTO posts (author_id, published_at, title, body) VALUES
('edda', unixepoch('now', '-19 days'), 'Library opens its reading room until midnight',
'From Monday the municipal library keeps its ground floor open until midnight, five nights a week. The trial runs until the end of spring.

"People work in shifts, and books should too," said the head of the library. Two additional night porters have been hired, and the last bus now leaves from the library square at ten past twelve.'),
('ada', unixepoch('now', '-12 days'), 'How this newspaper decides who may do what',
'Every page of this newspaper says who may see it, in one line above the code that makes it. The front page says that it is public, and why. The page you would write a story on asks for an editor or an admin.

A page that says nothing is not printed at all: the program does not compile.

Admins find the whole list at the end of their page. It is read from the running program, so it is never out of date.'),
('edda', unixepoch('now', '-5 days'), 'The old tram depot becomes a market hall',
'After eleven years without a tram, the depot on Kiln Street has a new use. The council voted on Tuesday to turn its two long halls into a covered market, with stalls for forty traders and a kitchen that schools may book in the mornings.

The rails in the floor will stay. The architects intend to run a single restored tram car along them as a café, forty metres in one direction and forty metres back.

Building begins in April. The cobbled yard stays open to the public throughout.'),
('edda', unixepoch('now', '-1 days'), 'Harbour wall holds through the highest tide in thirty years',
'The tide stood at four metres eighty on Saturday night, higher than at any time since the gauge was installed, and the new harbour wall held along its whole length. Crews had watched it since noon, with sandbags ready that nobody had to lift.

The wall was finished last autumn, two months late and a little under budget. It was the first work of its kind that the town paid for without a loan.

Water did come up through three drains in Rope Lane, where it stood ankle-deep for an hour. The valves that would have kept it out are due in the spring.');
