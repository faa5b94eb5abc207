"""Seeds whose histories once found something; they are played first, for ever.

What a seed tells changes when generators do. Each is kept all the same: it costs a quarter of a second.
"""

CORPUS: dict[int, str] = {
    14: "a list entry made by a worker with a wrong clock was not recognised",
    67: "a cut list of changes was taken for a whole one, and half a batch was sent twice",
    108: "what a number was in the way of stayed held when the other was archived in the same sync",
    133: "a payment that was told of was not found where an older one of the same amounts stood beside it",
    1259: "a fault that nobody knows",
    2055: "a choice counted as having seen the record",
    2450: "a request that was refused landed late all the same",
    3518: "an undecided object was deleted while the list of changes was cut",
    9051: "a voided payment that was written again had no reason to stay alone",
    9324: "another account of a payment that moves no money was a conflict",
    10600: "held fields were overwritten where the record was edited during its write",
    10720: "a vendor was merged while its bill was edited",
    10836: "a lagging read brought a deleted bill back",
    10986: "a worker whose clock was ahead made the next ones wait",
    100087: "a payment's account was taken, and its other edit withdrawn, sync after sync",
    100119: "an edited amount made a bill paid whose payment was scheduled only",
    100880: "a list entry that was made inactive since it was sent was not recognised",
    101471: "a payment that was linked by a person had a base that QuickBooks never held",
    200810: "a payment stayed held for one that was refused",
    201038: "an update was undone by a person before its answer came",
    201504: "an update was merged away before its answer came",
    201618: "somebody's edit was taken for our update, and half its batch was sent twice",
    300088: "a bill that was sent, deleted and sent again within a second was taken for found",
    300174: "what a person had told to write again was paired with what is voided",
    300952: "a base held what was said here of a payment that was voided there",
    301233: "a repeat was not let in, and the first request, thought of as lost, landed after that",
    301456: "a bill that our void made unpaid again stayed out",
    401043: "the lines of a payment were compared as those of a bill, and a sync failed by it",
    401196: "the use of a credit waited without a reason for another payment that uses it",
    501784: "a payment that a person linked forgot its dispute about the account when it was decided again",
}
