----------------------------- MODULE Settlement -----------------------------
(***************************************************************************)
(* Notice, receipt and settlement between centres that do not trust one    *)
(* another, over a bad network, with disks that lose what was not flushed. *)
(*                                                                         *)
(* A centre is what it said to each addressee and what it holds from each: *)
(* the essence of its log.  `mem' is that log with the open batch, `disk'  *)
(* its durable prefix.  A step takes one input, decides over `mem' and     *)
(* adds to it; Flush makes the batch durable, and only then is it readable *)
(* and only then does it leave.  Everything else (the newest version,      *)
(* assessments, settlement, what a screen shows) is computed from the log. *)
(*                                                                         *)
(* What a disk says is on the wire for ever: it may arrive late, again, in *)
(* any order, or never.                                                    *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Centre,           \* the centres; each plans one operation of its own
    Agreements,       \* the pairs {c, p} under an agreement in force
    Places,           \* where operations may be: two at one place conflict
    Vague,            \* a place name alone: nobody can assess it
    Gone,             \* the place of an operation withdrawn or not yet filed
    MaxVersion,       \* versions of an operation, the withdrawal included
    MaxBatch,         \* inputs in a batch
    MaxObjections,    \* OBJECTs of a centre to an addressee
    MaxResolutions,   \* RESOLVEs of a centre to an addressee
    MaxStops,         \* STOPs of a centre to an addressee
    Terms,            \* of resolutions: "procedure", "move"
    LinksFail,        \* whether links go stale in this configuration
    Mutants           \* faults put in on purpose; {} for the mechanism itself

VARIABLES
    mem,              \* by centre: its log, the open batch included
    disk,             \* by centre: the durable prefix of its log
    batch,            \* by centre: inputs in the open batch
    link              \* by centre: the addressees whose link is not stale

vars == <<mem, disk, batch, link>>

Mutant(name) == name \in Mutants

-----------------------------------------------------------------------------
(* Versions, letters, logs.                                                  *)

Addressees(c) == {p \in Centre \ {c} : {c, p} \in Agreements}

Nothing(c) == [of |-> c, number |-> 0, place |-> Gone]

Live(version) == version.place # Gone

Filings == {"NOTICE", "AMEND", "WITHDRAW"}

Receiptable == Filings \cup {"ASSESSMENT", "RESOLVE"}

\* `about': the versions that it names; `answers': the number that a receipt is for, in its lane.
Letter(type, about, word) == [type |-> type, about |-> about, word |-> word, answers |-> <<>>]

Receipt(about, word, lane, number) == [type |-> "RECEIPT", about |-> about, word |-> word, answers |-> <<lane, number>>]

\* The ordinary lane is two sequences by addressee; a letter's number is its place in it.
\* The safety lane holds STOPs alone: how many were said, and which numbers are held.
Empty(c) ==
    [said |-> [p \in Addressees(c) |-> <<>>], held |-> [p \in Addressees(c) |-> <<>>],
     stopsSaid |-> [p \in Addressees(c) |-> 0], stopsHeld |-> [p \in Addressees(c) |-> {}]]

Where(letters, Is(_)) == {i \in DOMAIN letters : Is(letters[i])}

Last(numbers) == CHOOSE i \in numbers : \A j \in numbers : j <= i

IsFiling(letter) == letter.type \in Filings

\* The newest version of c's operation that these letters tell.
Newest(c, letters) ==
    LET told == Where(letters, IsFiling)
    IN  IF told = {} THEN Nothing(c) ELSE CHOOSE v \in letters[Last(told)].about : TRUE

Own(c, log) == IF Addressees(c) = {} THEN Nothing(c) ELSE Newest(c, log.said[CHOOSE p \in Addressees(c) : TRUE])

Theirs(p, log) == Newest(p, log.held[p])

\* The newest word that these letters give on a version: it stands until it is replaced.
Assessment(version, letters) ==
    LET Gives(letter) ==
            /\ letter.type \in {"RECEIPT", "ASSESSMENT"}
            /\ \/ version \in letter.about
               \/ Mutant("clear-outlives-amendment") /\ \E v \in letter.about : v.of = version.of
        given == Where(letters, Gives)
    IN  IF given = {} THEN "NOT ASSESSED" ELSE letters[Last(given)].word

\* What a centre with the operation `own' finds about `other'.
Verdict(own, other) ==
    IF ~Live(other) THEN "CLEAR"
    ELSE IF other.place = Vague THEN "NOT ASSESSED"
    ELSE IF ~Live(own) THEN "CLEAR"
    ELSE IF own.place = Vague THEN "NOT ASSESSED"
    ELSE IF own.place = other.place THEN "CONFLICT" ELSE "CLEAR"

-----------------------------------------------------------------------------
(* Settlement.                                                               *)

Receipted(letters, lane, number) ==
    \E i \in DOMAIN letters : letters[i].type = "RECEIPT" /\ letters[i].answers = <<lane, number>>

\* Signed by both, on the same terms, about exactly this pair of versions, moving neither.
Resolves(x, y, pair) ==
    /\ {x.type, y.type} = {"RESOLVE", "AGREE"}
    /\ x.about = y.about /\ x.word = y.word
    /\ x.word = "procedure" \/ Mutant("move-settles")
    /\ x.about = pair \/ Mutant("resolution-outlives-amendment")

Resolved(c, p, log) ==
    \E i \in DOMAIN log.said[p], j \in DOMAIN log.held[p] :
        Resolves(log.said[p][i], log.held[p][j], {Own(c, log), Theirs(p, log)})

\* Both the newest version and what it made c find in p's operation must be receipted.
AllReceipted(c, p, log) ==
    LET Needs(letter) ==
            \/ letter.type = "ASSESSMENT"
            \/ letter.type \in Filings /\ Own(c, log) \in letter.about
    IN  \A i \in Where(log.said[p], Needs) : Receipted(log.held[p], "ordinary", i)

Objected(c, p, log) ==
    \E i \in DOMAIN log.held[p] : log.held[p][i].type = "OBJECT" /\ Own(c, log) \in log.held[p][i].about

SettledWith(c, p, log) ==
    /\ p \in link[c] \/ Mutant("stale-link-settles")
    /\ AllReceipted(c, p, log)
    /\ ~Objected(c, p, log) \/ Mutant("objection-ignored")
    /\ \/ /\ Assessment(Own(c, log), log.held[p]) = "CLEAR"
          /\ Live(Theirs(p, log)) => Assessment(Theirs(p, log), log.said[p]) = "CLEAR"
       \/ Resolved(c, p, log)

\* At c, by what is on its disk: nothing else is readable.
Settled(c) ==
    /\ Addressees(c) # {}
    /\ Live(Own(c, disk[c]))
    /\ \A p \in Addressees(c) : SettledWith(c, p, disk[c])

\* How c's screen shows p's assessment of c's operation.
Shown(c, p) ==
    LET word == Assessment(Own(c, disk[c]), disk[c].held[p])
    IN  IF word = "CLEAR" /\ p \notin link[c] /\ ~Mutant("stale-clear-kept")
        THEN "NOT ASSESSED" \* "CLEAR as of TIME, NOT ASSESSED since"
        ELSE word

-----------------------------------------------------------------------------
(* Steps.                                                                    *)

Init ==
    /\ mem = [c \in Centre |-> Empty(c)]
    /\ disk = mem
    /\ batch = [c \in Centre |-> 0]
    /\ link = [c \in Centre |-> IF LinksFail THEN {} ELSE Addressees(c)]

\* What an input is decided over: the state after the one before it, in the same batch or not.
Before(c) == IF Mutant("decides-over-old-state") THEN disk[c] ELSE mem[c]

Decide(c, log) ==
    /\ batch[c] < MaxBatch
    /\ mem' = [mem EXCEPT ![c] = log]
    /\ batch' = [batch EXCEPT ![c] = @ + 1]
    /\ UNCHANGED <<disk, link>>

Say(c, p, letter) == Decide(c, [mem[c] EXCEPT !.said[p] = Append(@, letter)])

\* In the same batch, an ASSESSMENT of each live notice whose verdict changes.
Renewed(c, p, own) ==
    LET theirs == Theirs(p, Before(c))
        verdict == Verdict(own, theirs)
    IN  IF \/ ~Live(theirs)
           \/ verdict = Assessment(theirs, Before(c).said[p])
           \/ Mutant("assessment-not-renewed")
        THEN <<>> ELSE <<Letter("ASSESSMENT", {theirs}, verdict)>>

Tell(c, type, place) ==
    LET own == [of |-> c, number |-> Own(c, Before(c)).number + 1, place |-> place]
    IN  /\ own.number <= MaxVersion
        /\ Decide(c, [mem[c] EXCEPT !.said =
                [p \in Addressees(c) |-> @[p] \o <<Letter(type, {own}, "")>> \o Renewed(c, p, own)]])

Notice(c, place) == Own(c, Before(c)) = Nothing(c) /\ Tell(c, "NOTICE", place)

Amend(c, place) == Live(Own(c, Before(c))) /\ place # Own(c, Before(c)).place /\ Tell(c, "AMEND", place)

Withdraw(c) == Live(Own(c, Before(c))) /\ Tell(c, "WITHDRAW", Gone)

Said(c, p, type) == {i \in DOMAIN Before(c).said[p] : Before(c).said[p][i].type = type}

Object(c, p) ==
    LET theirs == Theirs(p, Before(c))
    IN  /\ Cardinality(Said(c, p, "OBJECT")) < MaxObjections
        /\ Live(theirs)
        /\ \A i \in Said(c, p, "OBJECT") : Before(c).said[p][i].about # {theirs}
        /\ Say(c, p, Letter("OBJECT", {theirs}, ""))

Pair(c, p) == {Own(c, Before(c)), Theirs(p, Before(c))}

\* If either side finds a conflict there is one.  Only versions that stand can be settled.
Resolve(c, p, terms) ==
    LET own == Own(c, Before(c))
        theirs == Theirs(p, Before(c))
    IN  /\ Cardinality(Said(c, p, "RESOLVE")) < MaxResolutions
        /\ Live(own) /\ Live(theirs)
        /\ \/ Assessment(theirs, Before(c).said[p]) # "CLEAR"
           \/ Assessment(own, Before(c).held[p]) # "CLEAR"
        /\ \A i \in Said(c, p, "RESOLVE") : Before(c).said[p][i].about # {own, theirs}
        /\ Say(c, p, Letter("RESOLVE", {own, theirs}, terms))

Agree(c, p) ==
    \E i \in DOMAIN Before(c).held[p] :
        LET offer == Before(c).held[p][i]
            agreed == Letter("AGREE", offer.about, offer.word)
        IN  /\ offer.type = "RESOLVE" /\ offer.about = Pair(c, p)
            /\ \A j \in DOMAIN Before(c).said[p] : Before(c).said[p][j] # agreed
            /\ Say(c, p, agreed)

\* Any officer may send it, also about an operation that was never told.
Stop(c, p) ==
    /\ Before(c).stopsSaid[p] < MaxStops
    /\ Decide(c, [mem[c] EXCEPT !.stopsSaid[p] = @ + 1])

\* What may arrive at c from p: what p has on disk, and nothing that is not.
Sent(p) == IF Mutant("receipt-before-disk") THEN mem[p] ELSE disk[p]

Answer(c, letter, number) ==
    IF letter.type \notin Receiptable THEN <<>>
    ELSE IF letter.type \notin Filings THEN <<Receipt({}, "", "ordinary", number)>>
    ELSE <<Receipt(letter.about, Verdict(Own(c, Before(c)), CHOOSE v \in letter.about : TRUE), "ordinary", number)>>

Taken(c, p, letter, number) ==
    [mem[c] EXCEPT !.held[p] = Append(@, letter), !.said[p] = @ \o Answer(c, letter, number)]

\* The ordinary lane is taken in order.
Take(c, p) ==
    LET number == Len(Before(c).held[p]) + 1
    IN  /\ number <= Len(Sent(p).said[c])
        /\ Decide(c, Taken(c, p, Sent(p).said[c][number], number))

\* A STOP acts on arrival, whatever is missing in either lane.
TakeStop(c, p, number) ==
    /\ number <= Sent(p).stopsSaid[c]
    /\ number \notin Before(c).stopsHeld[p]
    /\ Decide(c, [mem[c] EXCEPT !.stopsHeld[p] = @ \cup {number},
                                   !.said[p] = Append(@, Receipt({}, "", "safety", number))])

\* A number that is held, again (the newest; an older one differs in nothing): nothing changes, and the answer is the
\* one that was given.
TakeAgain(c, p) ==
    LET number == Len(Before(c).held[p])
    IN  /\ number \in 1..Len(Sent(p).said[c])
        /\ IF Mutant("repeat-acts-again")
           THEN Decide(c, Taken(c, p, Sent(p).said[c][number], number))
           ELSE UNCHANGED vars

Flush(c) ==
    /\ batch[c] > 0
    /\ disk' = [disk EXCEPT ![c] = mem[c]]
    /\ batch' = [batch EXCEPT ![c] = 0]
    /\ UNCHANGED <<mem, link>>

\* What was not flushed is lost, and of no addressee is it known that it is there.  (A crash that loses nothing changes
\* nothing.)
Crash(c) ==
    LET kept == IF Mutant("number-reused-after-restore") THEN Empty(c) ELSE disk[c]
    IN  /\ mem[c] # kept \/ (LinksFail /\ link[c] # {})
        /\ mem' = [mem EXCEPT ![c] = kept]
        /\ disk' = [disk EXCEPT ![c] = kept]
        /\ batch' = [batch EXCEPT ![c] = 0]
        /\ link' = [link EXCEPT ![c] = IF LinksFail THEN {} ELSE @]

\* A heartbeat names the newest number sent: a link on which one is missing is no better than stale.
Heartbeat(c, p) ==
    /\ p \notin link[c]
    /\ Len(disk[p].said[c]) <= Len(disk[c].held[p])
    /\ link' = [link EXCEPT ![c] = @ \cup {p}]
    /\ UNCHANGED <<mem, disk, batch>>

Stale(c, p) ==
    /\ LinksFail /\ p \in link[c]
    /\ link' = [link EXCEPT ![c] = @ \ {p}]
    /\ UNCHANGED <<mem, disk, batch>>

Next ==
    \/ \E c \in Centre : Withdraw(c) \/ Flush(c) \/ Crash(c)
    \/ \E c \in Centre, place \in Places : Notice(c, place) \/ Amend(c, place)
    \/ \E c \in Centre : \E p \in Addressees(c) :
        Object(c, p) \/ Agree(c, p) \/ Stop(c, p) \/ Take(c, p) \/ TakeAgain(c, p) \/ Heartbeat(c, p) \/ Stale(c, p)
    \/ \E c \in Centre : \E p \in Addressees(c), terms \in Terms : Resolve(c, p, terms)
    \/ \E c \in Centre : \E p \in Addressees(c), number \in 1..MaxStops : TakeStop(c, p, number)

Spec == Init /\ [][Next]_vars

=============================================================================
