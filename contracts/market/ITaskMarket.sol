// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {Groth16Proof} from "../verification/Groth16.sol";
import {Cursor} from "./Fragments.sol";
import {IMarket, TaskStatus} from "./IMarket.sol";
import {ISubmissionSignatures} from "./ISubmissionSignatures.sol";

/// @dev What the owner and the nodes agree on. The task's id is its hash, so no term can change afterwards.
/// @param owner Account that publishes, pays, may cancel and is refunded.
/// @param circuit Circuit that proves every step.
/// @param shardRoot Merkle root over `keccak256(bytes.concat(keccak256(abi.encode(index, commitment))))`.
/// @param initialWeights `keccak256(abi.encode(uint256[] heads))`: the weights commitment each chain starts from.
/// @param manifest SHA-256 digest of the task manifest in content-addressed storage.
/// @param feePerFragment CXT wei the owner pays for one proved step; zero on network tasks.
/// @param fragmentDuration Seconds a node has from assignment to submission.
/// @param steps Steps of each chain.
/// @param shardsPerChain Shards of each chain; step `s` of chain `c` trains on shard `c * shardsPerChain + s % shardsPerChain`.
/// @param chains Chains that run in parallel.
/// @param device Hardware asked for: `ANY_DEVICE`, or one plus the `DeviceClass`.
/// @param minTier Lowest tier of the nodes asked for, 0 to 4.
/// @param nonce Tells apart tasks that are equal otherwise.
struct TaskTerms {
    address owner;
    CircuitId circuit;
    bytes32 shardRoot;
    bytes32 initialWeights;
    bytes32 manifest;
    uint256 feePerFragment;
    uint32 fragmentDuration;
    uint32 steps;
    uint32 shardsPerChain;
    uint16 chains;
    uint8 device;
    uint8 minTier;
    uint64 nonce;
}

/// @dev What changes about a task, and what was read from parameters at publication. One full slot.
/// @param assigned Fragments assigned; of a cancelled task, fragments that still have their fee reserved. At most 64.
/// @param publishTicket Entropy ticket of the first draw of every chain.
/// @param cancelHorizon Tickets below it were decided when the owner cancelled; zero before.
/// @param settled Fragments settled, at most 64 * 10^6.
struct TaskState {
    TaskStatus status;
    bool network;
    uint16 protocolFeeBps;
    uint8 assigned;
    uint40 publishedAt;
    uint40 publishTicket;
    uint40 cancelHorizon;
    uint32 settled;
    uint64 workUnits;
}

/// @dev The claim of a node about one step, and its proof.
/// @param chain Chain the step belongs to.
/// @param step Step number.
/// @param weights Commitment of the weights the step started from.
/// @param newWeights Commitment of the weights after the step.
/// @param gradient Commitment of the gradient.
/// @param batch Commitment of the shard.
/// @param loss Sum of squared residuals, scaled by 2^(4F).
/// @param artifact SHA-256 digest of the opening of `newWeights`, where the node stored it. A hint: not proved.
/// @param proof Groth16 proof of the six values and the context.
/// @param shardProof Merkle path of the shard.
/// @param initialHeads The heads of all chains; needed at step 0, empty later.
struct Submission {
    uint16 chain;
    uint32 step;
    uint256 weights;
    uint256 newWeights;
    uint256 gradient;
    uint256 batch;
    uint256 loss;
    bytes32 artifact;
    Groth16Proof proof;
    bytes32[] shardProof;
    uint256[] initialHeads;
}

/// @dev Who did a fragment of a batch.
/// @param operator Operator of the node that the fragment is assigned to.
/// @param signature The operator's, of the submission, see `ISubmissionSignatures`; not read when the operator is the caller.
struct Relay {
    address operator;
    bytes signature;
}

/// @title ITaskMarket
/// @notice Tasks: published with their fees in escrow, cut into chains of proved training steps, drawn to nodes, paid when
/// proved. Storage at publication does not depend on the number of fragments.
/// @dev Safety needs: the circuit's key was set up honestly; the proof system holds. Liveness needs: one eligible node, the
/// shards reachable, someone who calls `assign` and `reassign` (nodes gain by it). Functions that take `TaskTerms` need
/// exactly the published ones. Only `publish` and `cancel` care who the caller is, `refuse`, and `submit`, whose proof names it.
interface ITaskMarket is IMarket {
    /// @notice Emitted when a task was published.
    event TaskPublished(
        TaskId indexed task,
        address indexed owner,
        bool network,
        TaskTerms terms,
        uint256 protocolFeeBps
    );

    /// @notice Emitted when a fragment was assigned.
    event FragmentAssigned(
        TaskId indexed task,
        uint256 indexed chain,
        uint256 step,
        NodeId indexed node,
        uint256 deadline
    );

    /// @notice Emitted when a draw was requested anew: nobody eligible was met, or its entropy expired.
    event DrawRenewed(TaskId indexed task, uint256 indexed chain, uint256 step, uint256 attempt, uint256 ticket);

    /// @notice Emitted when a node missed its deadline; `slashed` is what it cost.
    event FragmentMissed(
        TaskId indexed task,
        uint256 indexed chain,
        uint256 step,
        NodeId indexed node,
        uint256 slashed
    );

    /// @notice Emitted when a node gave a fragment back in time.
    event FragmentRefused(TaskId indexed task, uint256 indexed chain, uint256 step, NodeId indexed node);

    /// @notice Emitted when a step was proved and paid.
    event FragmentSettled(
        TaskId indexed task,
        uint256 indexed chain,
        uint256 step,
        NodeId indexed node,
        StepRecord record,
        bytes32 artifact,
        uint256 paid,
        uint256 fee,
        uint256 points
    );

    /// @notice Emitted when every fragment was settled.
    event TaskCompleted(TaskId indexed task);

    /// @notice Emitted when the owner cancelled; `reserved` stays for fragments in flight.
    event TaskCancelled(TaskId indexed task, uint256 refunded, uint256 reserved);

    /// @notice Emitted when the reserve of a fragment of a cancelled task, missed or drawn to nobody, went back to the owner.
    event ReserveRefunded(TaskId indexed task, uint256 indexed chain, uint256 amount);

    /// @notice Thrown when these very terms were published before.
    error TaskMarketTaskExists(TaskId task);

    /// @notice Thrown when the chain is not one of the task's.
    error TaskMarketUnknownChain(uint256 chain, uint256 chains);

    /// @notice Thrown when every step of the chain is settled.
    error TaskMarketChainComplete(uint256 chain, uint256 steps);

    /// @notice Thrown when the step is not the open one.
    error TaskMarketWrongStep(uint256 step, uint256 openStep);

    /// @notice Thrown when the heads of the chains are not those of the terms.
    error TaskMarketWrongInitialHeads(bytes32 given, bytes32 expected);

    /// @notice Thrown when there are neither no relays nor as many as submissions.
    error TaskMarketRelayCount(uint256 relays, uint256 submissions);

    /// @notice Thrown when the operator did not sign the submission for `chain`.
    error TaskMarketNotSigned(address operator, uint256 chain);

    /// @notice Publishes a task of the caller and takes its fees: `feePerFragment * chains * steps`, approved to the escrow.
    function publish(TaskTerms calldata terms) external returns (TaskId task);

    /// @notice Publishes a task that pays no fee; its work earns from the pool alone. Restricted.
    function publishNetwork(TaskTerms calldata terms) external returns (TaskId task);

    /// @notice Draws the node of the open fragment of `chain`. Open to anyone. After a cancellation it takes only draws
    /// that were decided before.
    /// @return node The node, or zero when the draw was requested anew (or, after a cancellation, refunded) instead.
    function assign(TaskTerms calldata terms, uint16 chain) external returns (NodeId node);

    /// @notice Submits the assigned fragment: checks, pays and opens the next step in one transaction. Only the assignee.
    function submit(TaskTerms calldata terms, Submission calldata submission) external;

    /// @notice Submits fragments of different chains, 1 to 64, all or none: the proofs are verified together, and each node is
    /// paid as by `submit`, whoever the caller is. `relays` names the operator of each fragment, which signed it unless it is the
    /// caller; empty when all are the caller's.
    /// @dev A signature is public once it is sent: anyone can submit that fragment alone, which pays the same node and leaves
    /// the batch without it to be sent again.
    function submitBatch(TaskTerms calldata terms, Submission[] calldata submissions, Relay[] calldata relays) external;

    /// @notice Takes the fragment of `chain` from a node that missed its deadline. Open to anyone.
    function reassign(TaskTerms calldata terms, uint16 chain) external;

    /// @notice Gives the assigned fragment of `chain` back, in the first half of its time: the data cannot be had, or the node
    /// cannot do it. Costs no stake, and a little reputation if the next node does it. Only the assignee.
    function refuse(TaskTerms calldata terms, uint16 chain) external;

    /// @notice Stops the task and refunds every fee but those of fragments in flight: assigned, or their draw decided.
    /// Only the owner.
    /// @dev A decided draw stays binding. Could the owner take it back, it would cancel and publish again until its own
    /// node is drawn, and collect the pool's match of a fee that it pays to itself.
    function cancel(TaskTerms calldata terms) external;

    /// @notice The contract that checks the signatures of operators; its address is the domain they sign for.
    function signatures() external view returns (ISubmissionSignatures);

    /// @notice The id of a task of these terms.
    function taskIdOf(TaskTerms calldata terms) external view returns (TaskId task);

    /// @notice State of `task`; status None when unknown.
    function stateOf(TaskId task) external view returns (TaskState memory);

    /// @notice The open fragment of a chain.
    function cursorOf(TaskId task, uint16 chain) external view returns (Cursor memory);

    /// @notice Weights commitment of a chain; zero until its first step is settled.
    function headOf(TaskId task, uint16 chain) external view returns (uint256 head);

    /// @notice Hash chain over the records of a chain's steps; zero until its first step is settled.
    function transcriptOf(TaskId task, uint16 chain) external view returns (bytes32 transcript);

    /// @notice The value that binds a proof to this chain, market, circuit, task, chain index, step and operator.
    function contextOf(
        CircuitId circuit,
        TaskId task,
        uint16 chain,
        uint32 step,
        address operator
    ) external view returns (uint256 context);
}

/// @dev What is remembered of a settled step: all its public values and who did it.
struct StepRecord {
    uint256 newWeights;
    uint256 gradient;
    uint256 batch;
    uint256 loss;
    NodeId node;
}
