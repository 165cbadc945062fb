/*
 * Takeover of a witnessed book (protocol §5) with four witnesses, k = 3 of them a quorum, the last LIARS of them lying.
 *
 * Epoch 0 is written by one who forks: it shows checkpoints 1 and 2, which disagree. An honest witness cosigns one of them, holds a
 * certificate (k cosignatures) and says so, then seals the epoch for one successor, once, handing over what it holds; after that it
 * neither cosigns nor holds anything of that epoch. k seals start the next epoch from the largest certificate among them. Who starts may
 * lie too, and start twice from other seals: books 3 and 4. A witness takes one of them and no second one, and has done with epoch 0 when
 * it cosigns or holds anything of epoch 1. Epoch 1 is sealed in its turn, and epoch 2 starts. Liars cosign, hold and seal everything, in
 * every way at once; but they cannot make a certificate: it has k signatures.
 *
 * Certificates: 0 none, 1 and 2 of epoch 0, 3 and 4 of epoch 1. A later epoch is larger; of one epoch two would be an error.
 *
 *   NOFORK  no two certificates of one epoch
 *   FINAL   what k witnesses say they hold is in whatever starts, before or after they say it
 *   ONE     no two successors start one epoch; with DOUBT honest witnesses may differ about whose turn it is
 *
 * Runs that must fail: with LIARS=2, which is more than f, nothing is promised. With WITNESSED the promise of FINAL is made of every
 * certificate, held or not: k may have cosigned what nobody who seals holds, so that "witnessed" is less than "final". With LATE a witness says
 * that it holds a certificate of an epoch that it has done with: the promise rests on its silence then.
 */
#ifndef LIARS
#define LIARS 1
#endif
#define QUORUM 3
#define HONEST (4 - LIARS)
#define NOT_STARTED 7

/* Of each honest witness. */
byte first[4];      /* the checkpoint of epoch 0 that it cosigned: 0, 1, 2 */
byte second[4];     /* the book of epoch 1 that it cosigned: 0, 3, 4 */
byte holds[4];      /* the certificate of epoch 0 that it said it holds: 0, 1, 2 */
byte holdsNext[4];  /* that of epoch 1: 0, 3, 4 */
byte sealedFor[4];  /* the successor for which it sealed epoch 0: 0, 1, 2 */
bool sealed[4];     /* whether it sealed epoch 1 */

byte base[5] = NOT_STARTED;  /* of books 3 and 4: the certificate from which they started */
byte starter[5];             /* and their successors */
byte start = NOT_STARTED;    /* the certificate from which epoch 2 started: what fails for several starts fails for one of them */

/* Counted anew in every step. */
byte who, view, wanted, count, largest, taken, other, successor;
bool isTrue, isMore;

#define DONE(witness) (sealedFor[witness] || second[witness] || holdsNext[witness] || sealed[witness])
#define ACTED(witness) (first[witness] || holds[witness] || DONE(witness))
#define LARGEST(witness) (holdsNext[witness] -> holdsNext[witness] : holds[witness])

/* isTrue: whether `wanted` has k cosignatures, those of all liars among them */
inline findCertificate() {
  count = LIARS; other = 0;
  do
  :: other == HONEST -> break
  :: other < HONEST && (first[other] == wanted || second[other] == wanted) -> count++; other++
  :: else -> other++
  od;
  isTrue = wanted != 0 && count >= QUORUM
}

/* isTrue: whether k witnesses say that they hold `wanted`; isMore counts those too that hold a book which started from it */
inline findPromise() {
#ifdef WITNESSED
  findCertificate();
#else
  count = LIARS; other = 0;
  do
  :: other == HONEST -> break
  :: other < HONEST && (holds[other] == wanted || holdsNext[other] == wanted ||
       (isMore && holdsNext[other] && base[holdsNext[other]] == wanted)) -> count++; other++
  :: else -> other++
  od;
  isTrue = count >= QUORUM
#endif
}

inline check() {
  d_step {
    wanted = 1; findCertificate();
    if :: isTrue -> wanted = 2; findCertificate(); assert(!isTrue) :: else fi;
    wanted = 3; findCertificate();
    if :: isTrue -> wanted = 4; findCertificate(); assert(!isTrue) :: else fi;
    assert(starter[3] == 0 || starter[4] == 0 || starter[3] == starter[4]);
    wanted = 1; isMore = false;
    do
    :: wanted == 3 -> break
    :: wanted < 3 ->
      findPromise();
      if
      :: isTrue ->
        assert(base[3] == NOT_STARTED || base[3] == wanted);
        assert(base[4] == NOT_STARTED || base[4] == wanted)
      :: else
      fi;
      wanted++
    od;
    wanted = 1; isMore = true;
    do
    :: wanted == 5 -> break
    :: wanted < 5 ->
      findPromise();
      if
      :: isTrue && start != NOT_STARTED -> assert(start == wanted || (start > 2 && base[start] == wanted))
      :: else
      fi;
      wanted++
    od;
    who = 0; view = 0; wanted = 0; count = 0; largest = 0; taken = 0; other = 0; successor = 0; isTrue = false; isMore = false
  }
}

/* Honest witnesses are named in the order in which they first do something: other names would give the same again. */
inline pickWitness() {
  who = 0;
  do
  :: break
  :: who < HONEST - 1 && ACTED(who) -> who++
  od
}

/* A liar joins: it hands over nothing, or a certificate that exists. */
inline takeLiar(candidate) {
  wanted = candidate; findCertificate();
  isTrue && largest < wanted;
  largest = wanted
}

/* Any k seals, liars' among them; `largest` is the certificate from which they let the next epoch start. */
inline pickSeals(isOfNext) {
  taken = 0; largest = 0; who = 0;
  do
  :: who == HONEST || taken == QUORUM -> break
  :: who < HONEST && taken < QUORUM -> who++
  :: who < HONEST && taken < QUORUM && ((isOfNext && sealed[who]) || (!isOfNext && sealedFor[who] == successor)) ->
    wanted = (isOfNext -> LARGEST(who) : holds[who]);
    largest = (wanted > largest -> wanted : largest);
    taken++; who++
  od;
  taken + LIARS >= QUORUM;
  if
  :: true
  :: taken < QUORUM -> takeLiar(1)
  :: taken < QUORUM -> takeLiar(2)
  :: taken < QUORUM && isOfNext -> takeLiar(3)
  :: taken < QUORUM && isOfNext -> takeLiar(4)
  fi
}

active proctype world() {
  do
  :: atomic { /* an honest witness cosigns in epoch 0 */
      pickWitness(); !DONE(who) && first[who] == 0;
      /* the checkpoint that is cosigned first is called 1 */
      if :: first[who] = 1 :: (first[0] == 1 || first[1] == 1 || first[2] == 1) -> first[who] = 2 fi;
      check()
    }
  :: atomic { /* it holds a certificate of epoch 0, and says so */
      pickWitness(); holds[who] == 0;
#ifndef LATE
      !DONE(who);
#endif
      if :: wanted = 1 :: wanted = 2 fi;
      findCertificate(); isTrue; holds[who] = wanted;
      check()
    }
  :: atomic { /* it seals epoch 0 */
      pickWitness(); !DONE(who); sealedFor[who] = 1;
#ifdef DOUBT
      if :: true :: sealedFor[who] = 2 fi;
#endif
      check()
    }
  :: atomic { /* epoch 1 starts, or who started it lies and starts it again */
      base[4] == NOT_STARTED; successor = 1;
#ifdef DOUBT
      if :: true :: successor = 2 fi;
#endif
      pickSeals(false);
      view = (base[3] == NOT_STARTED -> 3 : 4);
      base[view] = largest; starter[view] = successor;
      check()
    }
#ifndef DOUBT
  :: atomic { /* it cosigns in epoch 1 */
      pickWitness(); !sealed[who] && second[who] == 0;
      if :: base[3] != NOT_STARTED -> second[who] = 3 :: base[4] != NOT_STARTED -> second[who] = 4 fi;
      check()
    }
  :: atomic { /* it holds a certificate of epoch 1 */
      pickWitness(); !sealed[who] && holdsNext[who] == 0;
      if :: wanted = 3 :: wanted = 4 fi;
      findCertificate(); isTrue; holdsNext[who] = wanted;
      check()
    }
  :: atomic { /* it seals epoch 1 */
      pickWitness(); base[3] != NOT_STARTED && !sealed[who]; sealed[who] = true;
      check()
    }
  :: atomic { /* epoch 2 starts */
      base[3] != NOT_STARTED && start == NOT_STARTED; pickSeals(true); start = largest;
      check()
    }
#endif
  od
}
