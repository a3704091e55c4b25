// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {DatasetId} from "../types/Ids.sol";
import {Pages} from "../types/Pages.sol";
import {BPS} from "../types/Units.sol";
import {IDatasetAccess} from "./IDatasetAccess.sol";
import {Collaborator, Dataset, DatasetTerms, IDatasetRegistry, Receipt} from "./IDatasetRegistry.sol";
import {SalesLedger} from "./SalesLedger.sol";

/// @title DatasetRegistry
/// @dev INVARIANTS
/// - INV-DAT-1: sum of `owedTo` == `recordedTotal` <= balance; the rest is donations.
/// - INV-DAT-2: the versions of a line are numbered 1 to n without gap, each has one predecessor, and all have one owner.
/// - INV-DAT-3: what a receipt covers stays accessible for its holder, whatever the owner does: the version bought and every
///   later one of its line.
/// @dev ACCOUNTING
/// - All that a sale brings in is owed at once: the fee to the fee router, the rest to the owner of that moment or to the
///   collaborators of the version. Nothing is sent but by `withdraw`.
/// - Lists of collaborators are kept by their hash and never change; a version points to one. A later version starts with that
///   of the version before it.
/// @dev TRUST
/// - Nobody has a role here, nothing can be paused.
/// - Hashes, counts and licence are the owner's word; who reads the manifest can check all but the licence.
/// - An owner can raise the price or retire a version at any time: `maxPrice` protects who buys at that moment. It can publish
///   the next version with other collaborators, before its first sale: what earlier versions sell is not touched by it.
/// - The token is CXT: no hook, no fee on transfer.
/// @dev LIVENESS
/// - `withdraw` and the receipts depend on nobody.
contract DatasetRegistry is SalesLedger {
    using EnumerableSet for EnumerableSet.Bytes32Set;

    /// @notice Most accounts that share the sales of a version.
    uint256 public constant MAX_COLLABORATORS = 16;

    /// @dev What all versions of a dataset have in common.
    struct Line {
        address owner;
        uint32 versions;
        address offeredTo;
    }

    mapping(DatasetId dataset => Dataset record) private _datasets;
    mapping(DatasetId line => Line data) private _lines;
    mapping(DatasetId line => mapping(uint256 version => DatasetId dataset)) private _versions;
    mapping(address owner => EnumerableSet.Bytes32Set lines) private _linesOf;
    mapping(bytes32 split => Collaborator[] collaborators) private _splits;
    mapping(DatasetId line => mapping(address account => Receipt receipt)) private _earliest;
    mapping(DatasetId dataset => mapping(address account => Receipt receipt)) private _receipts;

    // solhint-disable-next-line no-empty-blocks
    constructor(CorexToken cxt, address router) SalesLedger(cxt, router) {}

    /// @inheritdoc IDatasetRegistry
    function register(DatasetTerms calldata terms) external returns (DatasetId dataset) {
        // Effect: a line of the caller with one version.
        dataset = _enter(terms);
        _lines[dataset].owner = msg.sender;
        _linesOf[msg.sender].add(DatasetId.unwrap(dataset));
        _append(dataset, dataset, DatasetId.wrap(0), terms);
    }

    /// @inheritdoc IDatasetRegistry
    function publishVersion(DatasetId previous, DatasetTerms calldata terms) external returns (DatasetId dataset) {
        // Check: the newest of a line of the caller.
        Dataset storage old = _requireOwn(previous);
        DatasetId line = old.line;
        DatasetId latest = _versions[line][_lines[line].versions];
        require(DatasetId.unwrap(previous) == DatasetId.unwrap(latest), DatasetRegistryNotLatest(previous, latest));

        // Effect: one more version, shared as the one before it.
        dataset = _enter(terms);
        _datasets[dataset].split = old.split;
        _append(line, dataset, previous, terms);
    }

    /// @inheritdoc IDatasetRegistry
    function setPrice(DatasetId dataset, uint96 newPrice) external {
        // Check: the owner.
        Dataset storage record = _requireOwn(dataset);

        // Effect: for sales from now on.
        uint256 oldPrice = record.price;
        record.price = newPrice;

        emit PriceUpdated(dataset, oldPrice, newPrice);
    }

    /// @inheritdoc IDatasetRegistry
    function setCollaborators(DatasetId dataset, Collaborator[] calldata collaborators) external {
        // Check: the owner, before the first sale, and shares that are one together.
        Dataset storage record = _requireOwn(dataset);
        require(record.sales == 0, DatasetRegistrySold(dataset, record.sales));
        _requireWhole(collaborators);

        // Effect: keep the list under its hash, once, and point to it.
        bytes32 oldSplit = record.split;
        bytes32 newSplit = keccak256(abi.encode(collaborators));
        record.split = newSplit;
        Collaborator[] storage list = _splits[newSplit];
        if (list.length == 0) {
            for (uint256 i = 0; i < collaborators.length; ++i) list.push(collaborators[i]);
        }

        emit CollaboratorsUpdated(dataset, oldSplit, newSplit, collaborators);
    }

    /// @inheritdoc IDatasetRegistry
    function retire(DatasetId dataset) external {
        // Check: the owner, once.
        Dataset storage record = _requireOwn(dataset);
        require(!record.retired, DatasetRegistryRetired(dataset));

        // Effect: no more sales.
        record.retired = true;

        emit DatasetRetired(dataset);
    }

    /// @inheritdoc IDatasetRegistry
    function transferOwnership(DatasetId dataset, address newOwner) external {
        // Check: the owner.
        DatasetId line = _requireOwn(dataset).line;

        // Effect: an offer; nothing changes until it is taken.
        _lines[line].offeredTo = newOwner;

        emit OwnershipOffered(line, msg.sender, newOwner);
    }

    /// @inheritdoc IDatasetRegistry
    function acceptOwnership(DatasetId dataset) external {
        // Check: offered to the caller.
        DatasetId line = _known(dataset).line;
        Line storage data = _lines[line];
        address offered = data.offeredTo;
        require(msg.sender == offered, DatasetRegistryNotOffered(dataset, msg.sender, offered));

        // Effect: the line is the caller's.
        address oldOwner = data.owner;
        data.owner = msg.sender;
        data.offeredTo = address(0);
        _linesOf[oldOwner].remove(DatasetId.unwrap(line));
        _linesOf[msg.sender].add(DatasetId.unwrap(line));

        emit OwnershipTransferred(line, oldOwner, msg.sender);
    }

    /// @inheritdoc IDatasetRegistry
    function buyAccess(DatasetId dataset, address grantee, uint96 maxPrice) external returns (uint256 paid) {
        return _buy(dataset, grantee, maxPrice);
    }

    /// @inheritdoc IDatasetRegistry
    function buyAccessWithPermit(
        DatasetId dataset,
        address grantee,
        uint96 maxPrice,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 paid) {
        // Interaction: whether it fails does not matter, for the allowance decides: anyone can use a permit before its owner.
        // solhint-disable-next-line no-empty-blocks
        try _token.permit(msg.sender, address(this), maxPrice, deadline, v, r, s) {} catch {}

        return _buy(dataset, grantee, maxPrice);
    }

    /// @inheritdoc IDatasetRegistry
    function get(DatasetId dataset) external view returns (Dataset memory) {
        return _known(dataset);
    }

    /// @inheritdoc IDatasetRegistry
    function ownerOf(DatasetId dataset) external view returns (address owner) {
        return _lines[_known(dataset).line].owner;
    }

    /// @inheritdoc IDatasetRegistry
    function offeredTo(DatasetId dataset) external view returns (address account) {
        return _lines[_known(dataset).line].offeredTo;
    }

    /// @inheritdoc IDatasetRegistry
    function versionOf(DatasetId dataset) external view returns (uint256 version) {
        return _known(dataset).version;
    }

    /// @inheritdoc IDatasetRegistry
    function latestOf(DatasetId dataset) external view returns (DatasetId latest) {
        DatasetId line = _known(dataset).line;
        return _versions[line][_lines[line].versions];
    }

    /// @inheritdoc IDatasetRegistry
    function previousOf(DatasetId dataset) external view returns (DatasetId previous) {
        Dataset storage record = _known(dataset);
        return _versions[record.line][record.version - 1];
    }

    /// @inheritdoc IDatasetRegistry
    function nextOf(DatasetId dataset) external view returns (DatasetId next) {
        Dataset storage record = _known(dataset);
        return _versions[record.line][record.version + 1];
    }

    /// @inheritdoc IDatasetRegistry
    function versionsOf(
        DatasetId dataset,
        uint256 offset,
        uint256 limit
    ) external view returns (DatasetId[] memory ids) {
        DatasetId line = _known(dataset).line;
        uint256 length = Pages.lengthOf(_lines[line].versions, offset, limit);
        ids = new DatasetId[](length);
        for (uint256 i = 0; i < length; ++i) ids[i] = _versions[line][offset + i + 1];
    }

    /// @inheritdoc IDatasetRegistry
    function idsOf(address owner, uint256 offset, uint256 limit) external view returns (DatasetId[] memory ids) {
        EnumerableSet.Bytes32Set storage lines = _linesOf[owner];
        uint256 length = Pages.lengthOf(lines.length(), offset, limit);
        ids = new DatasetId[](length);
        for (uint256 i = 0; i < length; ++i) ids[i] = DatasetId.wrap(lines.at(offset + i));
    }

    /// @inheritdoc IDatasetRegistry
    function collaboratorsOf(DatasetId dataset) external view returns (Collaborator[] memory) {
        return _splits[_known(dataset).split];
    }

    /// @inheritdoc IDatasetRegistry
    function receiptOf(DatasetId dataset, address account) external view returns (Receipt memory receipt) {
        Dataset storage record = _known(dataset);
        Receipt memory own = _receipts[dataset][account];
        if (own.version != 0) return own;
        Receipt memory earliest = _earliest[record.line][account];
        if (earliest.version <= record.version) return earliest;
    }

    /// @inheritdoc IDatasetAccess
    function hasAccess(DatasetId dataset, address account) public view returns (bool) {
        Dataset storage record = _known(dataset);
        uint256 from = _earliest[record.line][account].version;
        return record.price == 0 || account == _lines[record.line].owner || (from != 0 && from <= record.version);
    }

    /// @inheritdoc IDatasetRegistry
    function datasetIdOf(address owner, DatasetTerms calldata terms) public view returns (DatasetId dataset) {
        return DatasetId.wrap(keccak256(abi.encode(block.chainid, address(this), owner, terms)));
    }

    /// @dev Sells access. See `buyAccess`.
    function _buy(DatasetId dataset, address grantee, uint96 maxPrice) private returns (uint256) {
        // Check: sold, to somebody who has no access yet, at a price that the buyer agreed to.
        Dataset storage record = _known(dataset);
        require(grantee != address(0), DatasetRegistryInvalidGrantee(grantee));
        require(!hasAccess(dataset, grantee), DatasetRegistryAlreadyGranted(dataset, grantee));
        require(!record.retired, DatasetRegistryRetired(dataset));
        uint96 price = record.price;
        require(price <= maxPrice, DatasetRegistryPriceAbove(dataset, price, maxPrice));

        // Effect: the receipt. It is the earliest of its line: an earlier one would have given access. Cast is safe: a second
        // is below 2^40 for 34,000 years.
        Receipt memory receipt = Receipt({paid: price, boughtAt: uint40(block.timestamp), version: record.version});
        (DatasetId line, uint256 version) = (record.line, record.version);
        _earliest[line][grantee] = receipt;
        _receipts[dataset][grantee] = receipt;
        ++record.sales;
        uint256 fee = _share(dataset, price, _lines[line].owner, _splits[record.split]);

        emit AccessBought(dataset, grantee, msg.sender, version, price, fee);

        // Interaction: the price comes in, or nothing was sold.
        _pull(price);
        return price;
    }

    /// @dev The id of a new version of the caller, whose terms are set and whose parent the caller may use.
    function _enter(DatasetTerms calldata terms) private view returns (DatasetId dataset) {
        // Check: new, complete, and derived from what the caller has access to.
        dataset = datasetIdOf(msg.sender, terms);
        require(_datasets[dataset].version == 0, DatasetRegistryDatasetExists(dataset));
        _requireSet("manifest", terms.manifest);
        _requireSet("shardRoot", terms.shardRoot);
        _requireSet("schemaHash", terms.schemaHash);
        _requireSet("preprocessingHash", terms.preprocessingHash);
        _requireSet("licence", terms.licence);
        _requireSet("shards", bytes32(uint256(terms.shards)));
        _requireSet("rows", bytes32(uint256(terms.rows)));
        bool derived = DatasetId.unwrap(terms.parent) != bytes32(0);
        require(!derived || hasAccess(terms.parent, msg.sender), DatasetRegistryNoAccess(terms.parent, msg.sender));
    }

    /// @dev Records a version at the end of its line. Casts are safe: a second is below 2^40 for 34,000 years, and 2^32 versions
    /// would take 2^32 transactions.
    function _append(DatasetId line, DatasetId dataset, DatasetId previous, DatasetTerms calldata terms) private {
        uint32 version = ++_lines[line].versions;
        _versions[line][version] = dataset;
        Dataset storage record = _datasets[dataset];
        (record.terms, record.line, record.price) = (terms, line, terms.price);
        (record.registeredAt, record.version) = (uint40(block.timestamp), version);
        emit DatasetRegistered(dataset, line, msg.sender, previous, version, terms);
    }

    function _known(DatasetId dataset) private view returns (Dataset storage record) {
        record = _datasets[dataset];
        require(record.version != 0, DatasetRegistryUnknownDataset(dataset));
    }

    function _requireOwn(DatasetId dataset) private view returns (Dataset storage record) {
        record = _known(dataset);
        address owner = _lines[record.line].owner;
        require(msg.sender == owner, DatasetRegistryNotOwner(dataset, msg.sender, owner));
    }

    /// @dev Reverts unless there are collaborators, not too many, each with an account and a part, and all parts are one.
    function _requireWhole(Collaborator[] calldata collaborators) private pure {
        uint256 count = collaborators.length;
        require(count != 0 && count <= MAX_COLLABORATORS, DatasetRegistryCollaboratorCount(count, MAX_COLLABORATORS));
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            (address account, uint256 shareBps) = (collaborators[i].account, collaborators[i].shareBps);
            require(account != address(0) && shareBps != 0, DatasetRegistryInvalidCollaborator(account, shareBps));
            sum += shareBps;
        }
        require(sum == BPS, DatasetRegistryShareSum(sum, BPS));
    }

    function _requireSet(bytes32 term, bytes32 value) private pure {
        require(value != bytes32(0), DatasetRegistryEmptyTerm(term));
    }
}
