// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {Groth16Proof} from "../verification/Groth16.sol";
import {Cursor} from "./Fragments.sol";
import {IMarket, TaskStatus} from "./IMarket.sol";

/// @dev What the owner and the nodes agree on. The task's id is its hash, so no term can change afterwards.
/// @param owner Account that publishes, pays, may cancel and is refunded.
/// @param gradientCircuit Circuit that proves a gradient.
/// @param applyCircuit Circuit that proves the step over the gradients of a round.
/// @param evaluateCircuit Circuit that proves loss and hits on a held-out shard; zero for no evaluation.
/// @param shardRoot Merkle root over `keccak256(bytes.concat(keccak256(abi.encode(index, commitment))))`.
/// @param heldOutRoot The same over the held-out shards; zero without evaluation.
/// @param initialWeights Weights commitment that the first round starts from.
/// @param manifest SHA-256 digest of the task manifest in content-addressed storage.
/// @param feePerGradient CXT wei for one proved gradient; each fee is zero on network tasks.
/// @param feePerApply CXT wei for one proved step over the gradients of a round.
/// @param feePerEvaluation CXT wei for one evaluated shard; zero without evaluation.
/// @param fragmentDuration Seconds a node has from assignment to submission.
/// @param roundDuration Seconds from the opening of a round after which a quorum is enough.
/// @param rounds Rounds, each of `lanes` gradients and one step.
/// @param shards Training shards; lane `l` of round `r` trains on shard `(r * lanes + l) % shards`.
/// @param lanes Gradients of a round, 1 to 16.
/// @param quorum Gradients that are enough for a round, 1 to `lanes`.
/// @param heldOut Held-out shards evaluated at the end, 0 to 16: shards 0 to `heldOut - 1` of `heldOutRoot`.
/// @param device Hardware asked for: `ANY_DEVICE`, or one plus the `DeviceClass`.
/// @param minTier Lowest tier of the nodes asked for, 0 to 4.
/// @param nonce Tells apart tasks that are equal otherwise.
struct RoundTerms {
    address owner;
    CircuitId gradientCircuit;
    CircuitId applyCircuit;
    CircuitId evaluateCircuit;
    bytes32 shardRoot;
    bytes32 heldOutRoot;
    uint256 initialWeights;
    bytes32 manifest;
    uint256 feePerGradient;
    uint256 feePerApply;
    uint256 feePerEvaluation;
    uint32 fragmentDuration;
    uint32 roundDuration;
    uint32 rounds;
    uint32 shards;
    uint16 lanes;
    uint16 quorum;
    uint16 heldOut;
    uint8 device;
    uint8 minTier;
    uint64 nonce;
}

/// @dev What is open in a task.
/// - Gradients: the lanes of the round, fragments 0 to `lanes - 1`.
/// - Applying: the step over the gradients of the round, fragment 16.
/// - Evaluating: the held-out shards, fragments 17 to `16 + heldOut`; all rounds are applied.
enum Phase {
    Gradients,
    Applying,
    Evaluating
}

/// @dev What changes about a task, and what was read from parameters at publication. One slot.
/// @param settled Bit `i`: in Gradients and Applying, lane `i` of the round has a gradient; in Evaluating, held-out shard `i`
/// is evaluated.
/// @param reserved Bit `i`: of a cancelled task, fragment `i` of the phase still has its fee reserved.
/// @param round Rounds applied; the number of the open round, and the number of rounds once all are applied.
/// @param openedAt Second at which the phase opened.
/// @param openTicket Entropy ticket of the first draw of every fragment of the phase.
/// @param gradientWork Multiply-accumulates that one gradient stands for.
struct RoundState {
    TaskStatus status;
    bool network;
    Phase phase;
    uint16 protocolFeeBps;
    uint16 settled;
    uint16 reserved;
    uint32 round;
    uint40 openedAt;
    uint40 openTicket;
    uint64 gradientWork;
}

/// @dev What is remembered of a settled fragment: all its public values and who did it.
/// @param round Round it belongs to; the number of rounds for an evaluation.
/// @param fragment Number of the fragment, see `Phase`.
/// @param node Node that did it.
/// @param output Commitment of the gradient, or of the new weights; zero for an evaluation.
/// @param batch Commitment of the shard; zero for a step.
/// @param loss Loss on the shard, in the unit of the circuit; zero for a step.
/// @param correct Samples of a held-out shard that were classified right; zero otherwise.
struct RoundRecord {
    uint32 round;
    uint16 fragment;
    NodeId node;
    uint256 output;
    uint256 batch;
    uint256 loss;
    uint256 correct;
}

/// @dev The claim of a node about one gradient at the head, and its proof.
/// @param lane Lane it belongs to.
/// @param round Round it belongs to.
/// @param gradient Commitment of the gradient.
/// @param batch Commitment of the shard.
/// @param loss Loss of the head on the shard.
/// @param artifact SHA-256 digest of the opening of `gradient`, where the node stored it. A hint: not proved.
/// @param proof Groth16 proof of head, the three values and the context.
/// @param shardProof Merkle path of the shard.
struct GradientSubmission {
    uint16 lane;
    uint32 round;
    uint256 gradient;
    uint256 batch;
    uint256 loss;
    bytes32 artifact;
    Groth16Proof proof;
    bytes32[] shardProof;
}

/// @dev The claim of a node about the step over the gradients of a round, and its proof. Head, gradients and shares are the
/// market's.
/// @param round Round it closes.
/// @param newWeights Commitment of the weights after the round.
/// @param artifact SHA-256 digest of the opening of `newWeights`, where the node stored it. A hint: not proved.
/// @param proof Groth16 proof of head, new weights, gradients, shares and the context.
struct ApplySubmission {
    uint32 round;
    uint256 newWeights;
    bytes32 artifact;
    Groth16Proof proof;
}

/// @dev The claim of a node about the final weights on one held-out shard, and its proof.
/// @param shard Number of the held-out shard.
/// @param batch Commitment of the shard.
/// @param loss Loss on the shard.
/// @param correct Samples classified right.
/// @param proof Groth16 proof of head, the three values and the context.
/// @param shardProof Merkle path of the shard.
struct EvaluationSubmission {
    uint16 shard;
    uint256 batch;
    uint256 loss;
    uint256 correct;
    Groth16Proof proof;
    bytes32[] shardProof;
}

/// @title IRoundMarket
/// @notice Tasks of data-parallel rounds: in each, nodes prove gradients of one head in parallel, one node proves the step over
/// all of them, and the next round opens; at the end held-out shards are evaluated. Storage at publication does not depend on
/// the number of fragments.
/// @dev Safety needs: the circuits' keys were set up honestly; the proof system holds. Liveness needs: one eligible node, the
/// shards reachable, someone who calls `assign`, `reassign` and `closeRound` (nodes gain by it). Openings of gradients and
/// weights need no liveness of those who made them: whoever has the shards and the initial weights computes them again.
/// Functions that take `RoundTerms` need exactly the published ones. Only `publish` and `cancel` care who the caller is,
/// `refuse`, and the submissions, whose proofs name it.
interface IRoundMarket is IMarket {
    /// @notice Emitted when a task was published.
    event TaskPublished(
        TaskId indexed task,
        address indexed owner,
        bool network,
        RoundTerms terms,
        uint256 protocolFeeBps
    );

    /// @notice Emitted when fragments were opened, all with the same ticket; `round` is the number of rounds applied.
    event PhaseOpened(TaskId indexed task, Phase indexed phase, uint256 round, uint256 ticket);

    /// @notice Emitted when a fragment was assigned.
    event FragmentAssigned(
        TaskId indexed task,
        uint256 indexed fragment,
        uint256 round,
        NodeId indexed node,
        uint256 deadline
    );

    /// @notice Emitted when a draw was requested anew: nobody eligible was met, or its entropy expired.
    event DrawRenewed(TaskId indexed task, uint256 indexed fragment, uint256 round, uint256 attempt, uint256 ticket);

    /// @notice Emitted when a node missed its deadline; `slashed` is what it cost.
    event FragmentMissed(
        TaskId indexed task,
        uint256 indexed fragment,
        uint256 round,
        NodeId indexed node,
        uint256 slashed
    );

    /// @notice Emitted when a node gave a fragment back in time.
    event FragmentRefused(TaskId indexed task, uint256 indexed fragment, uint256 round, NodeId indexed node);

    /// @notice Emitted when a fragment was proved and paid.
    event FragmentSettled(
        TaskId indexed task,
        uint256 indexed fragment,
        uint256 round,
        NodeId indexed node,
        RoundRecord record,
        bytes32 artifact,
        uint256 paid,
        uint256 fee,
        uint256 points
    );

    /// @notice Emitted when a round went on without lanes that had no gradient; bit `i` of `settled`: lane `i` has one.
    event RoundClosed(TaskId indexed task, uint256 round, uint256 settled, uint256 refunded, uint256 kept);

    /// @notice Emitted when every round was applied and every held-out shard evaluated.
    event TaskCompleted(TaskId indexed task);

    /// @notice Emitted when the owner cancelled; `reserved` stays for fragments in flight.
    event TaskCancelled(TaskId indexed task, uint256 refunded, uint256 reserved);

    /// @notice Emitted when the reserve of a fragment of a cancelled task, missed or drawn to nobody, went back to the owner.
    event ReserveRefunded(TaskId indexed task, uint256 indexed fragment, uint256 amount);

    /// @notice Thrown when these very terms were published before.
    error RoundMarketTaskExists(TaskId task);

    /// @notice Thrown when the task has no fragment of this number.
    error RoundMarketUnknownFragment(uint256 fragment);

    /// @notice Thrown when the fragment is settled, dropped, or of another phase than the open one.
    error RoundMarketNotOpen(uint256 fragment, uint256 round, Phase phase);

    /// @notice Thrown when the work is for another round than the open one.
    error RoundMarketWrongRound(uint256 round, uint256 openRound);

    /// @notice Thrown when the round has to wait for its lanes until `deadline`.
    error RoundMarketRoundNotOver(uint256 deadline, uint256 timestamp);

    /// @notice Thrown when too few lanes have a gradient.
    error RoundMarketNoQuorum(uint256 settled, uint256 quorum);

    /// @notice Thrown when the lane is assigned, or its first draw is decided: call `assign` or `reassign` first.
    error RoundMarketLaneBinding(uint256 lane, NodeId node, uint256 ticket);

    /// @notice Publishes a task of the caller and takes its fees, approved to the escrow:
    /// `rounds * (lanes * feePerGradient + feePerApply) + heldOut * feePerEvaluation`.
    function publish(RoundTerms calldata terms) external returns (TaskId task);

    /// @notice Publishes a task that pays no fee; its work earns from the pool alone. Restricted.
    function publishNetwork(RoundTerms calldata terms) external returns (TaskId task);

    /// @notice Draws the node of an open fragment. Open to anyone. After a cancellation it takes only draws that were decided
    /// before.
    /// @return node The node, or zero when the draw was requested anew (or, after a cancellation, refunded) instead.
    function assign(RoundTerms calldata terms, uint16 fragment) external returns (NodeId node);

    /// @notice Submits the gradient of a lane: checks and pays; the last lane opens the step. Only the assignee.
    function submitGradient(RoundTerms calldata terms, GradientSubmission calldata submission) external;

    /// @notice Submits the step over the gradients of the round: checks, pays, moves the head and opens what comes next. Only
    /// the assignee.
    /// @dev Shares are 256 parts: each of the `n` present lanes has 256 / n rounded down, the first 256 mod n one more.
    function submitApply(RoundTerms calldata terms, ApplySubmission calldata submission) external;

    /// @notice Submits the evaluation of a held-out shard: checks and pays; the last one completes the task. Only the assignee.
    function submitEvaluation(RoundTerms calldata terms, EvaluationSubmission calldata submission) external;

    /// @notice Takes a fragment from a node that missed its deadline. Open to anyone.
    function reassign(RoundTerms calldata terms, uint16 fragment) external;

    /// @notice Gives an assigned fragment back, in the first half of its time: the data cannot be had, or the node cannot do it.
    /// Costs no stake, and a little reputation if the next node does it. Only the assignee.
    function refuse(RoundTerms calldata terms, uint16 fragment) external;

    /// @notice Goes on without the lanes that have no gradient, once the round's time is over and its quorum is reached. Open to
    /// anyone. Their fees are the owner's again, but for the protocol fee of those that somebody missed or gave back.
    /// @dev Whom a lane was drawn to first is in nobody's hands: such a lane is waited for. Otherwise an owner would drop the
    /// lanes that others won, and collect the pool's match of fees that it pays to itself.
    function closeRound(RoundTerms calldata terms) external;

    /// @notice Stops the task and refunds every fee but those of fragments in flight: assigned, or their draw decided.
    /// Only the owner.
    function cancel(RoundTerms calldata terms) external;

    /// @notice The id of a task of these terms.
    function taskIdOf(RoundTerms calldata terms) external view returns (TaskId task);

    /// @notice State of `task`; status None when unknown.
    function stateOf(TaskId task) external view returns (RoundState memory);

    /// @notice A fragment of the open phase; all zero but the step, which is the round, when that fragment is not open.
    function cursorOf(TaskId task, uint16 fragment) external view returns (Cursor memory);

    /// @notice Weights commitment that the open round starts from; zero until the first round is applied.
    function headOf(TaskId task) external view returns (uint256 head);

    /// @notice Gradients of the round: what the open or coming step is over, zero where a lane has none, 16 of them; and the shares
    /// of the lanes that have one, in 256 parts.
    function gradientsOf(
        TaskId task
    ) external view returns (uint256[] memory gradients, uint256[] memory shares, uint256 present);

    /// @notice Hash chain over the records of all settled fragments in the order they settled; zero before the first.
    function transcriptOf(TaskId task) external view returns (bytes32 transcript);

    /// @notice Sum of the losses and of the hits over the held-out shards evaluated so far, and how many those are.
    function evaluationOf(TaskId task) external view returns (uint256 loss, uint256 correct, uint256 shards);

    /// @notice The value that binds a proof to this chain, market, circuit, task, fragment, round and operator.
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint16 fragment,
        uint32 round,
        address operator
    ) external view returns (uint256 context);
}
