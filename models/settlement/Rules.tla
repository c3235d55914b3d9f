-------------------------------- MODULE Rules --------------------------------
(***************************************************************************)
(* The rules that may never break, said over what is so (the logs of all   *)
(* centres), not over what one of them computes.                           *)
(***************************************************************************)
EXTENDS Settlement, TLC

CONSTANT MaxFilings   \* versions of all operations together

Bound == Cardinality({x \in Centre \X (1..MaxVersion) : x[2] <= Own(x[1], mem[x[1]]).number}) <= MaxFilings

\* Bounded places differ but by name, and so do centres where each has an agreement with each.
SymmetryOfPlaces == Permutations(Places \ {Vague})
Symmetry == Permutations(Centre) \cup SymmetryOfPlaces

Pairs == {x \in Centre \X Centre : x[2] \in Addressees(x[1])}

Numbers(letters, types) == {i \in DOMAIN letters : letters[i].type \in types}

\* What a receipt covers is in this log of the one who signed it.
Covered(receipt, from, log) ==
    LET lane == receipt.answers[1]
        number == receipt.answers[2]
    IN  IF lane = "safety" THEN number \in log.stopsHeld[from]
        ELSE number \in DOMAIN log.held[from] /\ receipt.about \subseteq log.held[from][number].about

\* What c said or acknowledged, and p has seen, is there whatever crashes.
S1_AcceptedSurvives ==
    \A x \in Pairs :
        LET c == x[1]
            seen == mem[x[2]].held[c]
        IN  /\ Len(seen) <= Len(mem[c].said[x[2]])
            /\ \A i \in Numbers(seen, {"RECEIPT"}) : Covered(seen[i], x[2], mem[c])

S2_DiskBeforeReceipt ==
    \A x \in Pairs :
        LET seen == mem[x[2]].held[x[1]]
        IN  \A i \in Numbers(seen, {"RECEIPT"}) : Covered(seen[i], x[2], disk[x[1]])

\* One number, one letter; one letter taken, one answer.
S3_OneEffect ==
    \A x \in Pairs :
        LET said == mem[x[1]].said[x[2]]
            held == mem[x[1]].held[x[2]]
            seen == mem[x[2]].held[x[1]]
            receipts == Numbers(said, {"RECEIPT"})
        IN  /\ \A i \in DOMAIN seen \cap DOMAIN said : seen[i] = said[i]
            /\ Cardinality(receipts) = Cardinality({said[i].answers : i \in receipts})
            /\ {said[i].answers : i \in receipts} = {<<"ordinary", i>> : i \in Numbers(held, Receiptable)}
                                                    \cup {<<"safety", n>> : n \in mem[x[1]].stopsHeld[x[2]]}

OwnNow(c) == Own(c, disk[c])
TheirsNow(c, p) == Theirs(p, disk[c])

\* Each signed and durably said one half of it: about exactly these versions, moving neither.
BothSigned(c, p) ==
    LET pair == {OwnNow(c), TheirsNow(c, p)}
        Signed(x, y, type) == \E i \in Numbers(disk[x].said[y], {type}) :
            disk[x].said[y][i].about = pair /\ disk[x].said[y][i].word = "procedure"
    IN  (Signed(c, p, "RESOLVE") /\ Signed(p, c, "AGREE")) \/ (Signed(p, c, "RESOLVE") /\ Signed(c, p, "AGREE"))

\* p durably holds c's newest version, and every assessment that c's operation caused.
ToldAndHeld(c, p) ==
    /\ Newest(c, disk[p].held[c]) = OwnNow(c)
    /\ \A i \in Numbers(disk[c].said[p], {"ASSESSMENT"}) : i \in DOMAIN disk[p].held[c]

\* The newest word of p on c's newest version that c holds; no word is no answer.
LastWord(c, p) ==
    LET held == disk[c].held[p]
        words == {i \in Numbers(held, {"RECEIPT", "ASSESSMENT"}) : held[i].about = {OwnNow(c)}}
    IN  {held[i].word : i \in {j \in words : \A k \in words : k <= j}}

S4_SettledMeansAll ==
    \A c \in Centre : Settled(c) =>
        /\ Live(OwnNow(c)) /\ Addressees(c) # {}
        /\ \A p \in Addressees(c) :
            /\ p \in link[c]
            /\ ToldAndHeld(c, p)
            /\ \A i \in Numbers(disk[c].held[p], {"OBJECT"}) : OwnNow(c) \notin disk[c].held[p][i].about
            /\ LastWord(c, p) = {"CLEAR"} \/ BothSigned(c, p)

S5_ConflictNeedsBoth ==
    \A c \in Centre : Settled(c) =>
        \A p \in Addressees(c) : Verdict(OwnNow(c), TheirsNow(c, p)) = "CLEAR" \/ BothSigned(c, p)

S9_DoubtNeverClear ==
    \A x \in Pairs : Shown(x[1], x[2]) = "CLEAR" => x[2] \in link[x[1]] /\ LastWord(x[1], x[2]) = {"CLEAR"}

\* What a centre last said about a live notice is what it now finds.
StandingAssessment ==
    \A x \in Pairs :
        LET theirs == Theirs(x[2], mem[x[1]])
        IN  Live(theirs) => Assessment(theirs, mem[x[1]].said[x[2]]) = Verdict(Own(x[1], mem[x[1]]), theirs)

\* L1, the part that is a matter of states: where nothing is left to take or to flush, every filing has its receipt.
\* Each Take and each Flush leaves less to do, so that a quiet network comes to such a state.
L1_NoticeComesToReceipt ==
    (\A x \in Pairs : /\ batch[x[1]] = 0
                      /\ Len(disk[x[1]].held[x[2]]) = Len(disk[x[2]].said[x[1]])
                      /\ Cardinality(disk[x[1]].stopsHeld[x[2]]) = disk[x[2]].stopsSaid[x[1]])
    => \A x \in Pairs : LET said == disk[x[1]].said[x[2]]
                        IN  \A i \in Numbers(said, Receiptable) : Receipted(disk[x[1]].held[x[2]], "ordinary", i)

-----------------------------------------------------------------------------
(* Sightings: said once (by each worker) when a state of that kind is met,   *)
(* so that the rules are known not to hold for want of cases.                *)

Conflicting(x) == Verdict(OwnNow(x[1]), TheirsNow(x[1], x[2])) = "CONFLICT"

ResolutionDied(x) ==
    LET said == disk[x[1]].said[x[2]]
        held == disk[x[1]].held[x[2]]
    IN  \E i \in DOMAIN said, j \in DOMAIN held :
            Resolves(said[i], held[j], said[i].about) /\ OwnNow(x[1]) \notin said[i].about /\ Conflicting(x)

Saw(n, name, met) == (TLCGet(n) = 0 /\ met) => (TLCSet(n, 1) /\ PrintT(<<"saw", name>>))

ASSUME \A n \in 1..10 : TLCSet(n, 0)

Sightings ==
    /\ Saw(1, "settled clear", \E x \in Pairs : Settled(x[1]) /\ Live(TheirsNow(x[1], x[2])) /\ ~Conflicting(x))
    /\ Saw(2, "settled by one", \E x \in Pairs : Settled(x[1]) /\ ~Settled(x[2]) /\ Conflicting(x))
    /\ Saw(3, "settled by both", \E x \in Pairs : Settled(x[1]) /\ Settled(x[2]) /\ Conflicting(x))
    /\ Saw(4, "resolution died, conflict stayed", \E x \in Pairs : ResolutionDied(x))
    /\ Saw(5, "clear turned conflict", \E x \in Pairs : \E i \in Numbers(disk[x[1]].held[x[2]], {"ASSESSMENT"}) :
            disk[x[1]].held[x[2]][i].word = "CONFLICT")
    /\ Saw(6, "clear held on a stale link", \E x \in Pairs : x[2] \notin link[x[1]] /\ LastWord(x[1], x[2]) = {"CLEAR"})
    /\ Saw(7, "stop ahead of the notice", \E x \in Pairs :
            disk[x[1]].stopsHeld[x[2]] # {} /\ disk[x[1]].held[x[2]] = <<>> /\ Live(OwnNow(x[2])))
    /\ Saw(8, "vague", \E x \in Pairs : LastWord(x[1], x[2]) = {"NOT ASSESSED"})
    /\ Saw(9, "amendment held", \E x \in Pairs : TheirsNow(x[1], x[2]).number = 2 /\ Live(TheirsNow(x[1], x[2])))
    /\ Saw(10, "withdrawal held", \E x \in Pairs : TheirsNow(x[1], x[2]).number = 2 /\ ~Live(TheirsNow(x[1], x[2])))

=============================================================================
