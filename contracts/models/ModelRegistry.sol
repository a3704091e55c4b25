// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TaskStatus} from "../market/IMarket.sol";
import {IRoundMarket, RoundRecord, RoundTerms} from "../market/IRoundMarket.sol";
import {ITaskMarket, StepRecord, TaskTerms} from "../market/ITaskMarket.sol";
import {IWorkMarket, WorkTerms} from "../market/IWorkMarket.sol";
import {RoundRules} from "../market/RoundRules.sol";
import {TaskRules} from "../market/TaskRules.sol";
import {CircuitId, ModelId, NodeId, TaskId} from "../types/Ids.sol";
import {Pages} from "../types/Pages.sol";
import {WorkKind} from "../types/WorkKind.sol";
import {CircuitName, ICircuitRegistry} from "../verification/ICircuitRegistry.sol";
import {ContentId} from "./ContentId.sol";
import {IModelRegistry, MetricSource, Metrics, Model} from "./IModelRegistry.sol";

/// @title ModelRegistry
/// @dev INVARIANTS
/// - INV-MOD-1: a model's weights and transcript are those that the market proved for its task.
/// - INV-MOD-2: a model's task started from exactly the weights of its parent; so lineage has no cycle.
/// - INV-MOD-3: a model's metrics are the sums that the market proved over all held-out shards of its task, and the samples follow
///   from the id of the circuit that proved them. Those alone are marked proved.
/// - INV-MOD-7: a model of free training is the paid result of its fragment, and nothing about it is marked proved.
/// - INV-MOD-5: of one owner and label the versions are 1 to n, each one model of that owner, and never change.
/// - INV-MOD-6: a model is in the list of children of its parent exactly once, and in no other.
/// @dev TRUST
/// - By convention the first parameter of an evaluation circuit is the samples of a shard, as in all of `circuits/`; who
///   registers circuits answers for it.
/// - Nobody else. `artifact` and `metadataURI` are the owner's word; `weights` tells whether an artifact is the model.
contract ModelRegistry is IModelRegistry {
    /// @notice Longest metadata text, in bytes.
    uint256 public constant MAX_METADATA_BYTES = 512;

    /// @dev What an owner calls a model; version zero for nothing.
    struct Name {
        bytes32 label;
        uint256 version;
    }

    ITaskMarket private immutable _market;
    IRoundMarket private immutable _rounds;
    ICircuitRegistry private immutable _circuits;
    IWorkMarket private immutable _work;

    mapping(ModelId id => Model model) private _models;
    mapping(ModelId id => Metrics metrics) private _metrics;
    mapping(ModelId id => ModelId[] children) private _children;
    mapping(ModelId id => Name name) private _names;
    mapping(address owner => ModelId[] models) private _modelsOf;
    mapping(address owner => mapping(bytes32 label => ModelId[] versions)) private _versions;

    constructor(ITaskMarket market, IRoundMarket rounds, ICircuitRegistry circuits, IWorkMarket work) {
        _market = market;
        _rounds = rounds;
        _circuits = circuits;
        _work = work;
    }

    /// @inheritdoc IModelRegistry
    function register(
        TaskTerms calldata terms,
        ModelId parent,
        bytes32 artifact,
        string calldata metadataURI
    ) external returns (ModelId model) {
        // Check: the owner of a completed task.
        require(msg.sender == terms.owner, ModelRegistryNotTaskOwner(msg.sender, terms.owner));
        TaskId task = _market.taskIdOf(terms);
        require(_market.stateOf(task).status == TaskStatus.Completed, ModelRegistryTaskNotCompleted(task));

        // Effect: record what the market proved.
        Model memory record = _draft(task, parent, artifact, terms.initialWeights);
        (record.weights, record.transcript) = _proved(task, terms.chains);
        model = modelIdOf(task);
        _register(model, record, metadataURI);
    }

    /// @inheritdoc IModelRegistry
    function registerRound(
        RoundTerms calldata terms,
        CircuitName calldata evaluator,
        ModelId parent,
        bytes32 artifact,
        string calldata metadataURI
    ) external returns (ModelId model) {
        // Check: the owner of a completed task.
        require(msg.sender == terms.owner, ModelRegistryNotTaskOwner(msg.sender, terms.owner));
        TaskId task = _rounds.taskIdOf(terms);
        require(_rounds.stateOf(task).status == TaskStatus.Completed, ModelRegistryTaskNotCompleted(task));

        // Effect: record what the market proved.
        Model memory record = _draft(task, parent, artifact, _hashOfOne(terms.initialWeights));
        (record.weights, record.transcript) = (_hashOfOne(_rounds.headOf(task)), _rounds.transcriptOf(task));
        model = modelIdOf(task);
        _register(model, record, metadataURI);
        if (terms.heldOut == 0) return model;
        Metrics memory metrics = _measured(terms, task, evaluator);
        _metrics[model] = metrics;
        emit ModelEvaluated(model, metrics);
    }

    /// @inheritdoc IModelRegistry
    function registerWork(
        WorkTerms calldata terms,
        uint32 fragment,
        string calldata metadataURI
    ) external returns (ModelId model) {
        // Check: the owner of a task of free training, and a fragment of it that was paid.
        require(msg.sender == terms.owner, ModelRegistryNotTaskOwner(msg.sender, terms.owner));
        TaskId task = _work.taskIdOf(terms);
        (bytes32 result, NodeId node, bool isFinal) = _work.resultOf(task, fragment);
        require(
            terms.kind == WorkKind.Training && isFinal && result != bytes32(0),
            ModelRegistryNotTrained(task, fragment)
        );

        // Effect: record what verifiers let pass.
        Model memory record = _draft(task, ModelId.wrap(0), result, bytes32(0));
        record.weights = result;
        record.transcript = keccak256(abi.encode(fragment, node, result));
        model = _workModelIdOf(task, fragment);
        _register(model, record, metadataURI);
    }

    /// @inheritdoc IModelRegistry
    function nameModel(ModelId model, bytes32 label) external returns (uint256 version) {
        // Check: the owner, a label, and no name yet.
        address owner = _known(model).owner;
        require(msg.sender == owner, ModelRegistryNotModelOwner(model, msg.sender, owner));
        require(label != bytes32(0), ModelRegistryEmptyLabel());
        Name memory name = _names[model];
        require(name.version == 0, ModelRegistryNamed(model, name.label, name.version));

        // Effect: the next version.
        _versions[owner][label].push(model);
        version = _versions[owner][label].length;
        _names[model] = Name({label: label, version: version});

        emit ModelNamed(model, owner, label, version);
    }

    /// @inheritdoc IModelRegistry
    function get(ModelId model) external view returns (Model memory) {
        return _known(model);
    }

    /// @inheritdoc IModelRegistry
    function metricsOf(ModelId model) external view returns (Metrics memory) {
        _known(model);
        return _metrics[model];
    }

    /// @inheritdoc IModelRegistry
    function lineageOf(ModelId model, uint256 limit) external view returns (ModelId[] memory lineage) {
        uint256 length = uint256(_known(model).depth) + 1;
        if (length > limit) length = limit;
        lineage = new ModelId[](length);
        for (uint256 i = 0; i < length; ++i) {
            lineage[i] = model;
            model = _models[model].parent;
        }
    }

    /// @inheritdoc IModelRegistry
    function childrenOf(ModelId model, uint256 offset, uint256 limit) external view returns (ModelId[] memory) {
        _known(model);
        return _page(_children[model], offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function modelsOf(address owner, uint256 offset, uint256 limit) external view returns (ModelId[] memory) {
        return _page(_modelsOf[owner], offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function nameOf(ModelId model) external view returns (bytes32 label, uint256 version) {
        _known(model);
        Name memory name = _names[model];
        return (name.label, name.version);
    }

    /// @inheritdoc IModelRegistry
    function latestOf(address owner, bytes32 label) external view returns (ModelId model) {
        return versionAt(owner, label, _versions[owner][label].length);
    }

    /// @inheritdoc IModelRegistry
    function versionsOf(
        address owner,
        bytes32 label,
        uint256 offset,
        uint256 limit
    ) external view returns (ModelId[] memory) {
        return _page(_versions[owner][label], offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function artifactCidOf(ModelId model) external view returns (string memory cid) {
        return ContentId.toText(_known(model).artifact);
    }

    /// @inheritdoc IModelRegistry
    function isTranscript(TaskId task, uint16 chain, StepRecord[] calldata records) external view returns (bool) {
        bytes32 transcript;
        for (uint256 i = 0; i < records.length; ++i) {
            transcript = TaskRules.extend(transcript, records[i]);
        }
        return transcript == _market.transcriptOf(task, chain);
    }

    /// @inheritdoc IModelRegistry
    function isRoundTranscript(TaskId task, RoundRecord[] calldata records) external view returns (bool) {
        bytes32 transcript;
        for (uint256 i = 0; i < records.length; ++i) {
            transcript = RoundRules.extend(transcript, records[i]);
        }
        return transcript == _rounds.transcriptOf(task);
    }

    /// @inheritdoc IModelRegistry
    function modelIdOf(TaskId task) public view returns (ModelId model) {
        return ModelId.wrap(keccak256(abi.encode(block.chainid, address(this), task)));
    }

    /// @inheritdoc IModelRegistry
    function workModelIdOf(TaskId task, uint32 fragment) external view returns (ModelId model) {
        return _workModelIdOf(task, fragment);
    }

    /// @inheritdoc IModelRegistry
    function versionAt(address owner, bytes32 label, uint256 version) public view returns (ModelId model) {
        ModelId[] storage versions = _versions[owner][label];
        if (version != 0 && version <= versions.length) return versions[version - 1];
    }

    function _workModelIdOf(TaskId task, uint32 fragment) private view returns (ModelId) {
        return ModelId.wrap(keccak256(abi.encode(block.chainid, address(this), task, fragment)));
    }

    /// @dev A model of the caller whose task started from `initialWeights`, without what its market established: `weights` and
    /// `transcript`.
    function _draft(
        TaskId task,
        ModelId parent,
        bytes32 artifact,
        bytes32 initialWeights
    ) private view returns (Model memory record) {
        (record.task, record.parent, record.artifact) = (task, parent, artifact);
        (record.owner, record.registeredAt) = (msg.sender, uint40(block.timestamp));
        record.depth = _depthBelow(parent, initialWeights);
    }

    /// @dev Records a new model, with an artifact and metadata that are not too long.
    function _register(ModelId model, Model memory record, string calldata metadataURI) private {
        // Check: the model is new and its description within bounds.
        require(_models[model].owner == address(0), ModelRegistryModelExists(model));
        require(record.artifact != bytes32(0), ModelRegistryEmptyArtifact());
        uint256 metadataBytes = bytes(metadataURI).length;
        require(metadataBytes <= MAX_METADATA_BYTES, ModelRegistryMetadataTooLong(metadataBytes, MAX_METADATA_BYTES));

        // Effect: record it.
        _models[model] = record;
        _modelsOf[record.owner].push(model);
        if (ModelId.unwrap(record.parent) != bytes32(0)) _children[record.parent].push(model);
        emit ModelRegistered(model, record.task, record.parent, record, metadataURI);
    }

    /// @dev What the market proved about the final weights of a completed task.
    function _measured(
        RoundTerms calldata terms,
        TaskId task,
        CircuitName calldata evaluator
    ) private view returns (Metrics memory metrics) {
        CircuitId named = _circuits.idOf(evaluator);
        require(
            CircuitId.unwrap(named) == CircuitId.unwrap(terms.evaluateCircuit),
            ModelRegistryWrongCircuit(named, terms.evaluateCircuit)
        );
        (metrics.source, metrics.circuit, metrics.heldOutRoot) = (MetricSource.Proved, named, terms.heldOutRoot);
        (metrics.loss, metrics.correct, metrics.shards) = _rounds.evaluationOf(task);
        metrics.samples = metrics.shards * evaluator.params[0];
    }

    /// @dev The hash of a list of one weights commitment, as a task of one chain has it.
    function _hashOfOne(uint256 head) private pure returns (bytes32) {
        uint256[] memory heads = new uint256[](1);
        heads[0] = head;
        return keccak256(abi.encode(heads));
    }

    /// @dev Depth of a child of `parent` whose task started from `initialWeights`; reverts when that is not its parent.
    function _depthBelow(ModelId parent, bytes32 initialWeights) private view returns (uint32) {
        if (ModelId.unwrap(parent) == bytes32(0)) return 0;
        Model storage record = _known(parent);
        require(record.weights == initialWeights, ModelRegistryNotParent(parent, record.weights, initialWeights));
        return record.depth + 1;
    }

    /// @dev Hashes over the heads and transcripts of all chains. The loop is bounded by `TaskRules.MAX_CHAINS`.
    function _proved(TaskId task, uint16 chains) private view returns (bytes32 weights, bytes32 transcript) {
        uint256[] memory heads = new uint256[](chains);
        bytes32[] memory transcripts = new bytes32[](chains);
        for (uint16 chain = 0; chain < chains; ++chain) {
            heads[chain] = _market.headOf(task, chain);
            transcripts[chain] = _market.transcriptOf(task, chain);
        }
        return (keccak256(abi.encode(heads)), keccak256(abi.encode(transcripts)));
    }

    function _page(ModelId[] storage list, uint256 offset, uint256 limit) private view returns (ModelId[] memory page) {
        page = new ModelId[](Pages.lengthOf(list.length, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) page[i] = list[offset + i];
    }

    function _known(ModelId model) private view returns (Model storage record) {
        record = _models[model];
        require(record.owner != address(0), ModelRegistryUnknownModel(model));
    }
}
