// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId, DatasetId, NodeId, TaskId} from "../types/Ids.sol";
import {WorkKind} from "../types/WorkKind.sol";
import {Groth16Proof} from "../verification/Groth16.sol";
import {Cursor} from "./Fragments.sol";
import {TaskStatus} from "./IMarket.sol";

/// @dev How results of a task are verified.
/// - Committee: by verifiers, some of them by chance alone (`WorkReview`).
/// - Proof: by a proof, and paid in the same transaction.
/// - Both: by a proof when submitted, and by verifiers after it.
enum Verification {
    Committee,
    Proof,
    Both
}

/// @dev Terms of a task; its id is their hash. Nothing of them can be changed later.
/// @param owner Account that publishes, pays and is refunded.
/// @param kind Kind of the work.
/// @param verification How results are verified. Proof and Both need a circuit.
/// @param paired Whether each input is done by two nodes of different owners: fragments 2i and 2i+1. Only Labelling, and always.
/// @param verifiers Verifiers of a committee: an odd number from 3 to 15; zero with Proof.
/// @param acceptScore Of labels: lowest median score that is accepted, 1 to 100; else zero.
/// @param device `ANY_DEVICE`, or one plus the `DeviceClass` asked for.
/// @param minTier Lowest tier asked for.
/// @param plants Fragments that are wrong on purpose, for which a jackpot is deposited; zero for none.
/// @param fragments Number of fragments, 1 to 64.
/// @param fragmentDuration Seconds that a node has for a fragment.
/// @param voteDuration Seconds that verifiers have to commit, and again to reveal.
/// @param challengeDuration Seconds in which a verdict, or a result that was not audited, can be contested.
/// @param workUnits Work of a fragment; at most the cap of its kind, and with a circuit exactly that of the circuit.
/// @param jackpot CXT wei that the verifiers who reject a planted result share.
/// @param feePerFragment CXT wei for a node, protocol fee included.
/// @param feePerVerifier CXT wei for a verdict.
/// @param circuit Circuit with the public signals of an evaluation, or zero: then results cannot be proved.
/// @param weights Commitment of the weights that a circuit works with; zero without one.
/// @param inputRoot Merkle root of the batch commitments that a circuit works with; zero without one.
/// @param dataset Dataset the work is on, which the owner must have access to; zero for none.
/// @param spec SHA-256 digest of the specification of the work.
/// @param manifest SHA-256 digest of the list of inputs.
/// @param plantRoot Merkle root of the planted results, or any non-zero value when there is none, so that nobody can tell.
/// @param nonce Tells apart tasks that are equal otherwise.
struct WorkTerms {
    address owner;
    WorkKind kind;
    Verification verification;
    bool paired;
    uint8 verifiers;
    uint8 acceptScore;
    uint8 device;
    uint8 minTier;
    uint16 plants;
    uint32 fragments;
    uint32 fragmentDuration;
    uint32 voteDuration;
    uint32 challengeDuration;
    uint64 workUnits;
    uint96 jackpot;
    uint256 feePerFragment;
    uint256 feePerVerifier;
    CircuitId circuit;
    uint256 weights;
    bytes32 inputRoot;
    DatasetId dataset;
    bytes32 spec;
    bytes32 manifest;
    bytes32 plantRoot;
    uint64 nonce;
}

/// @dev What a circuit proves of a fragment; `resultOf` it is what the node submits.
/// @param batch Commitment of the batch, which must be shard number `fragment` (of a paired task: half of it) below `inputRoot`.
/// @param loss Loss on the batch, in the unit of the circuit.
/// @param correct Samples classified right.
struct Claim {
    uint256 batch;
    uint256 loss;
    uint256 correct;
    bytes32[] shardProof;
    Groth16Proof proof;
}

/// @dev State of a task. One slot.
/// @param settled Fragments that were paid.
/// @param dropped Fragments that were given up and refunded.
/// @param jackpots Jackpots that are not won.
struct WorkState {
    TaskStatus status;
    bool network;
    uint16 protocolFeeBps;
    uint40 publishedAt;
    uint40 publishTicket;
    uint40 cancelHorizon;
    uint8 settled;
    uint8 dropped;
    uint16 jackpots;
}

/// @dev A result that was submitted and is not final.
/// @param result SHA-256 digest of the result; of a task with a circuit the hash of its claim.
/// @param node Node that did it; zero when nothing is submitted.
/// @param submittedAt Second of the submission.
/// @param ticket Entropy ticket that decides whether it is audited.
/// @param punctuality Quality by time, in basis points: 5,000 to 10,000.
/// @param rating Weight of the node's tier times its boost when it submitted, in basis points.
/// @param scoreBps Reputation of the node when it submitted, in basis points.
/// @param openTier Lowest tier in its draw.
/// @param firstDrawn Whether nobody missed the fragment or gave it back before.
/// @param refuser Node that gave it back before; zero for none.
/// @param stake CXT wei behind the node when it submitted.
/// @param bond CXT wei of it that are held for the result.
struct Delivery {
    bytes32 result;
    NodeId node;
    uint40 submittedAt;
    uint40 ticket;
    uint16 punctuality;
    uint16 rating;
    uint16 scoreBps;
    uint8 openTier;
    bool firstDrawn;
    NodeId refuser;
    uint96 stake;
    uint96 bond;
}

/// @title IWorkMarket
/// @notice Tasks of independent fragments without a training circuit: publish, draw, submit, pay. What becomes of a submitted
/// result is decided in `IWorkReview`, which alone may call `accept`, `reject`, `payVerifiers`, `payJackpot` and the two for bonds.
/// @dev MONEY, per fragment: the fee, and `SITTINGS` times the fees of a whole committee; per task: `plants` jackpots. What is not
/// spent when a fragment is final goes back to the owner.
interface IWorkMarket {
    /// @notice Emitted when a task was published.
    event TaskPublished(
        TaskId indexed task,
        address indexed owner,
        bool network,
        WorkTerms terms,
        uint256 protocolFeeBps
    );

    /// @notice Emitted when a fragment was drawn.
    event FragmentAssigned(TaskId indexed task, uint256 indexed fragment, NodeId indexed node, uint256 deadline);

    /// @notice Emitted when a draw was requested anew.
    event DrawRenewed(TaskId indexed task, uint256 indexed fragment, uint256 attempt, uint256 ticket);

    /// @notice Emitted when a result was submitted.
    event ResultSubmitted(TaskId indexed task, uint256 indexed fragment, NodeId indexed node, bytes32 result);

    /// @notice Emitted when a proof of the claim was accepted with a submission, or later.
    event ResultProved(
        TaskId indexed task,
        uint256 indexed fragment,
        NodeId indexed node,
        uint256 batch,
        uint256 loss,
        uint256 correct
    );

    /// @notice Emitted when a fragment was paid; `quality` in basis points.
    event FragmentSettled(
        TaskId indexed task,
        uint256 indexed fragment,
        NodeId indexed node,
        bytes32 result,
        uint256 quality,
        uint256 paid,
        uint256 fee,
        uint256 points
    );

    /// @notice Emitted when verifiers were paid for a fragment.
    event VerifiersPaid(TaskId indexed task, uint256 indexed fragment, uint256 judged, uint256 abstained, uint256 paid);

    /// @notice Emitted when a result was not accepted; `reopened` when the fragment is drawn again, else it was dropped.
    event ResultRejected(
        TaskId indexed task,
        uint256 indexed fragment,
        NodeId indexed node,
        bool punished,
        bool reopened
    );

    /// @notice Emitted when a fragment was dropped and what is left for it refunded.
    event FragmentDropped(TaskId indexed task, uint256 indexed fragment, uint256 refunded);

    /// @notice Emitted when a jackpot was won.
    event JackpotPaid(TaskId indexed task, uint256 indexed fragment, uint256 winners, uint256 each);

    /// @notice Emitted when a node missed its deadline, or gave a fragment back.
    event FragmentMissed(TaskId indexed task, uint256 indexed fragment, NodeId indexed node, uint256 slashed);
    event FragmentRefused(TaskId indexed task, uint256 indexed fragment, NodeId indexed node);

    /// @notice Emitted when the owner cancelled; `reserved` stays for fragments in flight.
    event TaskCancelled(TaskId indexed task, uint256 refunded, uint256 reserved);

    /// @notice Emitted when every fragment is paid or dropped; `refunded` are jackpots that nobody won.
    event TaskCompleted(TaskId indexed task, uint256 refunded);

    /// @notice Emitted when the owner left an encrypted note for the node of a fragment; see docs/work.md.
    event NoticePosted(TaskId indexed task, uint256 indexed fragment, bytes note);

    /// @notice Thrown when a task of these terms exists.
    error WorkMarketTaskExists(TaskId task);

    /// @notice Thrown when the task has no such fragment.
    error WorkMarketUnknownFragment(uint256 fragment, uint256 fragments);

    /// @notice Thrown when the fragment has a result that is not final, or is final.
    error WorkMarketNotOpen(TaskId task, uint256 fragment);

    /// @notice Thrown when nothing is submitted for the fragment.
    error WorkMarketNothingSubmitted(TaskId task, uint256 fragment);

    /// @notice Thrown when the way of submission is not that of the task, or it has no circuit.
    error WorkMarketWrongVerification(Verification verification);

    /// @notice Thrown when the result is zero.
    error WorkMarketEmptyResult();

    /// @notice Thrown when the terms contradict themselves.
    error WorkMarketInvalidTerms(bytes32 term);

    /// @notice Thrown when the owner has no access to the dataset.
    error WorkMarketNoAccess(DatasetId dataset, address owner);

    /// @notice Thrown when a note is empty or longer than `MAX_NOTE_BYTES`.
    error WorkMarketNoteSize(uint256 length, uint256 maximum);

    /// @notice Thrown when the claim proved is not the one submitted.
    error WorkMarketWrongClaim(bytes32 given, bytes32 submitted);

    /// @notice Thrown when verifiers would be paid more than is left for the fragment.
    error WorkMarketReserveExceeded(TaskId task, uint256 fragment, uint256 amount, uint256 left);

    /// @notice Thrown when more would be given back than challengers of the task risked.
    error WorkMarketBondExceeded(TaskId task, uint256 amount, uint256 bonds);

    /// @notice Publishes a task and pulls its fees from the caller, who must be the owner.
    function publish(WorkTerms calldata terms) external returns (TaskId task);

    /// @notice Publishes a task without fees, rewarded from the pool alone. Restricted to operations.
    function publishNetwork(WorkTerms calldata terms) external returns (TaskId task);

    /// @notice Draws the node of a free fragment; zero when the draw was requested anew. Open to anyone.
    function assign(WorkTerms calldata terms, uint32 fragment) external returns (NodeId node);

    /// @notice Submits the result of a fragment that is the caller's. Only with Committee.
    function submit(WorkTerms calldata terms, uint32 fragment, bytes32 result) external;

    /// @notice Submits a proved result. With Proof it is paid at once. Only with Proof and Both.
    function submitProved(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external;

    /// @notice Takes a fragment from a node that missed its deadline. Open to anyone.
    function reassign(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Gives the caller's fragment back, in the first half of its time.
    function refuse(WorkTerms calldata terms, uint32 fragment) external;

    /// @notice Ends a task: fragments in flight are still done and paid, the rest is refunded. Only the owner.
    function cancel(WorkTerms calldata terms) external;

    /// @notice Leaves an encrypted note for whoever does a fragment. Only the owner, of a running task.
    function post(WorkTerms calldata terms, uint32 fragment, bytes calldata note) external;

    /// @notice Pays the submitted result with `quality` in basis points, refunds what is left for the fragment. Restricted.
    function accept(WorkTerms calldata terms, uint32 fragment, uint256 quality) external;

    /// @notice Takes the submitted result away. Restricted.
    /// @param punish Whether the node committed an offence (InvalidResult of the stake it had).
    /// @param reporter Who is rewarded for it, having risked `reporterBond`; zero for nobody.
    /// @param reopen Whether the fragment is drawn again, without this node; else it is dropped. A cancelled task drops.
    function reject(
        WorkTerms calldata terms,
        uint32 fragment,
        bool punish,
        address reporter,
        uint256 reporterBond,
        bool reopen
    ) external;

    /// @notice Pays verifiers from what is reserved for the fragment: `judged` the whole fee, `abstained` a quarter. Credits points
    /// of Stake-to-Validate and reputation to `judged`. Restricted.
    function payVerifiers(
        WorkTerms calldata terms,
        uint32 fragment,
        NodeId[] calldata judged,
        NodeId[] calldata abstained
    ) external;

    /// @notice Splits one jackpot among the payout addresses of `winners`; nobody wins when the list is empty. Restricted.
    function payJackpot(WorkTerms calldata terms, uint32 fragment, NodeId[] calldata winners) external;

    /// @notice Pulls `amount` from `from` into the escrow of the task as a bond. Restricted.
    function takeBond(TaskId task, address from, uint256 amount) external;

    /// @notice Owes a bond to `to`. Restricted.
    function giveBond(TaskId task, address to, uint256 amount) external;

    /// @notice Verifies that `claim` is proved for the submitted result by its node. Reverts otherwise. Open to anyone.
    function requireProved(WorkTerms calldata terms, uint32 fragment, Claim calldata claim) external view;

    /// @notice Id of a task of these terms.
    function taskIdOf(WorkTerms calldata terms) external view returns (TaskId task);

    /// @notice State of a task; all zero for an unknown one.
    function stateOf(TaskId task) external view returns (WorkState memory);

    /// @notice The draw and assignment of a fragment. Of one that is submitted or final: as of its submission.
    function cursorOf(TaskId task, uint32 fragment) external view returns (Cursor memory);

    /// @notice The submitted result of a fragment; all zero when there is none.
    function deliveryOf(TaskId task, uint32 fragment) external view returns (Delivery memory);

    /// @notice What a fragment came to: its last result and node, and whether it is final (paid, or dropped: then both are zero).
    function resultOf(TaskId task, uint32 fragment) external view returns (bytes32 result, NodeId node, bool isFinal);

    /// @notice CXT wei left of what was reserved for the verifiers of a fragment.
    function verificationLeftOf(WorkTerms calldata terms, uint32 fragment) external view returns (uint256 amount);

    /// @notice The result that a claim amounts to: `keccak256(abi.encode(batch, loss, correct))`.
    function claimResult(uint256 batch, uint256 loss, uint256 correct) external pure returns (bytes32 result);

    /// @notice The public signal that binds a proof to chain, market, circuit, task, fragment and operator.
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint32 fragment,
        address operator
    ) external view returns (uint256 context);
}
