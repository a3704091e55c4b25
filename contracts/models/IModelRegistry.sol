// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {RoundRecord, RoundTerms} from "../market/IRoundMarket.sol";
import {TaskTerms, StepRecord} from "../market/ITaskMarket.sol";
import {WorkTerms} from "../market/IWorkMarket.sol";
import {CircuitId, ModelId, TaskId} from "../types/Ids.sol";
import {CircuitName} from "../verification/ICircuitRegistry.sol";

/// @dev A trained model.
/// @param task Task that trained it.
/// @param parent Model whose weights it started from; zero for none.
/// @param weights `keccak256(abi.encode(uint256[] heads))` over the final weights commitments of all chains.
/// @param transcript `keccak256(abi.encode(bytes32[] transcripts))` over the hash chains of all chains' steps.
/// @param artifact SHA-256 digest of the published weights. A hint: readers check it against `weights`.
/// @param owner Owner of the task.
/// @param registeredAt When it was registered.
/// @param depth Number of ancestors.
struct Model {
    TaskId task;
    ModelId parent;
    bytes32 weights;
    bytes32 transcript;
    bytes32 artifact;
    address owner;
    uint40 registeredAt;
    uint32 depth;
}

/// @dev Where a metric comes from.
/// - None: there is none.
/// - Proved: from proofs that the market checked.
/// - Attested: from the word of an account, see `IModelMetrics`.
enum MetricSource {
    None,
    Proved,
    Attested
}

/// @dev How a model did on held-out shards; every value is proved. All zero for a model that was not evaluated.
/// @param source `MetricSource.Proved`, or None.
/// @param circuit Circuit that proved loss and hits.
/// @param heldOutRoot Merkle root of the shards, fixed when the task was published.
/// @param loss Sum of the losses, in the unit of the circuit.
/// @param correct Samples classified right.
/// @param samples Samples evaluated: held-out shards times the samples of one, which the id of the circuit fixes.
/// @param shards Held-out shards evaluated.
struct Metrics {
    MetricSource source;
    CircuitId circuit;
    bytes32 heldOutRoot;
    uint256 loss;
    uint256 correct;
    uint256 samples;
    uint256 shards;
}

/// @title IModelRegistry
/// @notice Models that completed tasks of either market produced: weights, lineage, loss curve and metrics are read from the
/// market, not claimed.
interface IModelRegistry {
    /// @notice Emitted when a model was registered.
    event ModelRegistered(
        ModelId indexed model,
        TaskId indexed task,
        ModelId indexed parent,
        Model record,
        string metadataURI
    );

    /// @notice Emitted after `ModelRegistered` when the model was evaluated on held-out shards.
    event ModelEvaluated(ModelId indexed model, Metrics metrics);

    /// @notice Emitted when the owner made `model` the next version of what it calls `label`.
    event ModelNamed(ModelId indexed model, address indexed owner, bytes32 indexed label, uint256 version);

    /// @notice Thrown when the task is not completed.
    error ModelRegistryTaskNotCompleted(TaskId task);

    /// @notice Thrown when the task is no free training, or the fragment has no result that was paid.
    error ModelRegistryNotTrained(TaskId task, uint256 fragment);

    /// @notice Thrown when the caller does not own the task.
    error ModelRegistryNotTaskOwner(address caller, address owner);

    /// @notice Thrown when the model was registered before.
    error ModelRegistryModelExists(ModelId model);

    /// @notice Thrown when no model has this id.
    error ModelRegistryUnknownModel(ModelId model);

    /// @notice Thrown when the task did not start from the weights of the named parent.
    error ModelRegistryNotParent(ModelId parent, bytes32 parentWeights, bytes32 initialWeights);

    /// @notice Thrown when the artifact digest is zero.
    error ModelRegistryEmptyArtifact();

    /// @notice Thrown when the metadata is longer than `MAX_METADATA_BYTES`.
    error ModelRegistryMetadataTooLong(uint256 length, uint256 maximum);

    /// @notice Thrown when the name is not that of the circuit that the task was evaluated with.
    error ModelRegistryWrongCircuit(CircuitId named, CircuitId evaluated);

    /// @notice Thrown when the caller does not own the model.
    error ModelRegistryNotModelOwner(ModelId model, address caller, address owner);

    /// @notice Thrown when the label is zero.
    error ModelRegistryEmptyLabel();

    /// @notice Thrown when the model has a name.
    error ModelRegistryNamed(ModelId model, bytes32 label, uint256 version);

    /// @notice Registers the model of a completed task. Only the task's owner; once.
    function register(
        TaskTerms calldata terms,
        ModelId parent,
        bytes32 artifact,
        string calldata metadataURI
    ) external returns (ModelId model);

    /// @notice Registers the model of a completed task of rounds. Only the task's owner; once.
    /// @param evaluator Name of the task's evaluation circuit, whose first parameter is the samples of a shard; ignored when the
    /// task has no evaluation.
    function registerRound(
        RoundTerms calldata terms,
        CircuitName calldata evaluator,
        ModelId parent,
        bytes32 artifact,
        string calldata metadataURI
    ) external returns (ModelId model);

    /// @notice Registers a network that a node trained by a means of its own: the accepted result of a fragment of free training, which
    /// verifiers evaluated and nobody proved. Only the task's owner; once for each fragment. It has no parent, and its weights,
    /// its artifact and the digest of the result are one.
    function registerWork(
        WorkTerms calldata terms,
        uint32 fragment,
        string calldata metadataURI
    ) external returns (ModelId model);

    /// @notice Makes `model` the next version of what the caller calls `label`: of each owner and label versions count up from 1.
    /// Only the model's owner; once, for good. Lineage plays no part: a version may be trained anew.
    function nameModel(ModelId model, bytes32 label) external returns (uint256 version);

    /// @notice The id of the model that `task` trains.
    function modelIdOf(TaskId task) external view returns (ModelId model);

    /// @notice The id of the model that a fragment of free training makes.
    function workModelIdOf(TaskId task, uint32 fragment) external view returns (ModelId model);

    /// @notice Everything about `model`; reverts when unknown.
    function get(ModelId model) external view returns (Model memory);

    /// @notice How `model` did on held-out shards; reverts when unknown.
    function metricsOf(ModelId model) external view returns (Metrics memory);

    /// @notice `model` and its ancestors, newest first, at most `limit` of them.
    function lineageOf(ModelId model, uint256 limit) external view returns (ModelId[] memory lineage);

    /// @notice Models that were trained from the weights of `model`, oldest first, at most `limit` of them from number `offset`
    /// (from 0) on; reverts when unknown. With `Model.parent` and `depth` this is the tree of descent.
    function childrenOf(ModelId model, uint256 offset, uint256 limit) external view returns (ModelId[] memory children);

    /// @notice Models that `owner` registered, oldest first, at most `limit` of them from number `offset` (from 0) on.
    function modelsOf(address owner, uint256 offset, uint256 limit) external view returns (ModelId[] memory models);

    /// @notice What its owner calls `model`, and which version of that it is; zero when it has no name; reverts when unknown.
    function nameOf(ModelId model) external view returns (bytes32 label, uint256 version);

    /// @notice Newest version of what `owner` calls `label`; zero for none.
    function latestOf(address owner, bytes32 label) external view returns (ModelId model);

    /// @notice Version `version`, from 1, of what `owner` calls `label`; zero for none.
    function versionAt(address owner, bytes32 label, uint256 version) external view returns (ModelId model);

    /// @notice Versions of what `owner` calls `label`, oldest first, at most `limit` of them from number `offset` (from 0) on.
    function versionsOf(
        address owner,
        bytes32 label,
        uint256 offset,
        uint256 limit
    ) external view returns (ModelId[] memory models);

    /// @notice Content id of the published weights, as the store spells it: CIDv1, raw, base32; reverts when unknown.
    function artifactCidOf(ModelId model) external view returns (string memory cid);

    /// @notice Whether `records` are, in order, exactly the steps that chain `chain` of `task` settled so far.
    function isTranscript(TaskId task, uint16 chain, StepRecord[] calldata records) external view returns (bool);

    /// @notice Whether `records` are, in order, exactly the fragments that a task of rounds settled so far.
    function isRoundTranscript(TaskId task, RoundRecord[] calldata records) external view returns (bool);
}
