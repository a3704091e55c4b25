// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CorexToken} from "../token/CorexToken.sol";
import {DatasetId} from "../types/Ids.sol";
import {IDatasetAccess} from "./IDatasetAccess.sol";

/// @dev What a version of a dataset is. Its id is the hash of it, so nothing of it can change afterwards.
/// @param manifest SHA-256 digest of the manifest in content-addressed storage.
/// @param shardRoot Merkle root over the shards, as the manifest says of what.
/// @param schemaHash `keccak256` of the canonical JSON of the columns.
/// @param preprocessingHash `keccak256` of the canonical JSON of the recipe that makes the shards from the raw input.
/// @param licence SHA-256 digest of the text of the licence.
/// @param parent Dataset that it is derived from, of any owner; zero for none. Not the version before it.
/// @param price First price of access, in CXT wei; zero for none.
/// @param shards Number of shards, at least one.
/// @param rows Number of rows, at least one.
struct DatasetTerms {
    bytes32 manifest;
    bytes32 shardRoot;
    bytes32 schemaHash;
    bytes32 preprocessingHash;
    bytes32 licence;
    DatasetId parent;
    uint96 price;
    uint32 shards;
    uint64 rows;
}

/// @dev A version of a dataset.
/// @param terms What was registered.
/// @param line Id of the first version: names the line, whose versions have one owner.
/// @param split Hash of the collaborators who share its sales; zero when the owner has all.
/// @param price Price of access now, in CXT wei.
/// @param registeredAt Second at which it was registered.
/// @param version Number in its line, from 1.
/// @param sales Accesses sold.
/// @param retired Whether no more access is sold.
struct Dataset {
    DatasetTerms terms;
    DatasetId line;
    bytes32 split;
    uint96 price;
    uint40 registeredAt;
    uint32 version;
    uint32 sales;
    bool retired;
}

/// @dev Who has a part of what a dataset earns.
/// @param shareBps Part, in basis points.
struct Collaborator {
    address account;
    uint16 shareBps;
}

/// @dev Proof that access was paid for.
/// @param paid CXT wei paid, the protocol fee included.
/// @param boughtAt Second at which it was paid.
/// @param version Version that was bought: it and every later one of its line are covered.
struct Receipt {
    uint96 paid;
    uint40 boughtAt;
    uint32 version;
}

/// @title IDatasetRegistry
/// @notice Datasets by their hashes: versions, licence, price, paid access, and the shares of those who made them together.
/// @dev Amounts are CXT wei, times seconds since the Unix epoch. Owed CXT leaves through `withdraw` alone (pull payments).
/// Access is a right that the chain records. Keeping the bytes from others is up to whoever stores them.
interface IDatasetRegistry is IDatasetAccess {
    /// @notice Emitted when a version was registered; `previous` is the one before it, zero for a first one.
    event DatasetRegistered(
        DatasetId indexed dataset,
        DatasetId indexed line,
        address indexed owner,
        DatasetId previous,
        uint256 version,
        DatasetTerms terms
    );

    /// @notice Emitted when the price of later sales changed.
    event PriceUpdated(DatasetId indexed dataset, uint256 oldPrice, uint256 newPrice);

    /// @notice Emitted when the shares of later sales changed.
    event CollaboratorsUpdated(
        DatasetId indexed dataset,
        bytes32 oldSplit,
        bytes32 newSplit,
        Collaborator[] collaborators
    );

    /// @notice Emitted when a version was taken off the market.
    event DatasetRetired(DatasetId indexed dataset);

    /// @notice Emitted when the owner offered the line to `newOwner`; zero withdraws the offer.
    event OwnershipOffered(DatasetId indexed line, address indexed owner, address indexed newOwner);

    /// @notice Emitted when the line changed hands.
    event OwnershipTransferred(DatasetId indexed line, address indexed oldOwner, address indexed newOwner);

    /// @notice Emitted when access was bought; `fee` is the part of `paid` that went to the protocol.
    event AccessBought(
        DatasetId indexed dataset,
        address indexed grantee,
        address indexed buyer,
        uint256 version,
        uint256 paid,
        uint256 fee
    );

    /// @notice Emitted when part of a sale became owed to `account`.
    event ShareOwed(DatasetId indexed dataset, address indexed account, uint256 amount);

    /// @notice Emitted when owed CXT was sent to `account`.
    event ShareWithdrawn(address indexed account, uint256 amount);

    /// @notice Thrown when no dataset has this id.
    error DatasetRegistryUnknownDataset(DatasetId dataset);

    /// @notice Thrown when these very terms were registered by this owner before.
    error DatasetRegistryDatasetExists(DatasetId dataset);

    /// @notice Thrown when a hash or a count is zero that must not be.
    error DatasetRegistryEmptyTerm(bytes32 term);

    /// @notice Thrown when the caller does not own the line.
    error DatasetRegistryNotOwner(DatasetId dataset, address caller, address owner);

    /// @notice Thrown when the caller was not offered the line.
    error DatasetRegistryNotOffered(DatasetId dataset, address caller, address offeredTo);

    /// @notice Thrown when the version has a successor already.
    error DatasetRegistryNotLatest(DatasetId dataset, DatasetId latest);

    /// @notice Thrown when the account has not paid for the parent that its dataset names.
    error DatasetRegistryNoAccess(DatasetId dataset, address account);

    /// @notice Thrown when the account has access: as owner, because it is free, or by a receipt.
    error DatasetRegistryAlreadyGranted(DatasetId dataset, address grantee);

    /// @notice Thrown when the receiver of access is the zero address.
    error DatasetRegistryInvalidGrantee(address grantee);

    /// @notice Thrown when the price is above what the buyer agreed to.
    error DatasetRegistryPriceAbove(DatasetId dataset, uint256 price, uint256 maxPrice);

    /// @notice Thrown when no more access is sold.
    error DatasetRegistryRetired(DatasetId dataset);

    /// @notice Thrown when shares would change after the first sale.
    error DatasetRegistrySold(DatasetId dataset, uint256 sales);

    /// @notice Thrown when there are no collaborators or more than `MAX_COLLABORATORS`.
    error DatasetRegistryCollaboratorCount(uint256 count, uint256 maximum);

    /// @notice Thrown when a collaborator is the zero address or has no share.
    error DatasetRegistryInvalidCollaborator(address account, uint256 shareBps);

    /// @notice Thrown when the shares are not one together.
    error DatasetRegistryShareSum(uint256 sumBps, uint256 expectedBps);

    /// @notice Thrown when nothing is owed to the account.
    error DatasetRegistryNothingOwed(address account);

    /// @notice Registers the first version of a dataset of the caller. Needs access to the parent, if there is one.
    /// @dev Proves no authorship: whoever knows a manifest can name it. The first to register is in the events.
    function register(DatasetTerms calldata terms) external returns (DatasetId dataset);

    /// @notice Registers the version after `previous`, the newest of a line of the caller. Collaborators stay the same.
    function publishVersion(DatasetId previous, DatasetTerms calldata terms) external returns (DatasetId dataset);

    /// @notice Sets the price of later sales. Receipts stay what they are. Only the owner.
    function setPrice(DatasetId dataset, uint96 newPrice) external;

    /// @notice Shares the sales of `dataset` among 1 to 16 accounts whose parts are 10,000 basis points together. Only the owner,
    /// before the first sale of this version; fixed from then on.
    function setCollaborators(DatasetId dataset, Collaborator[] calldata collaborators) external;

    /// @notice Stops sales of this version for good. Receipts stay what they are, and a free version free. Only the owner.
    function retire(DatasetId dataset) external;

    /// @notice Offers all versions of the line of `dataset` to `newOwner`; zero withdraws the offer. Only the owner.
    function transferOwnership(DatasetId dataset, address newOwner) external;

    /// @notice Takes what was offered. Only whom it was offered to. What is owed to the owner before stays its own.
    function acceptOwnership(DatasetId dataset) external;

    /// @notice Buys access to `dataset` and every later version of its line for `grantee`. Anyone for anyone.
    /// @param maxPrice CXT wei that the buyer agrees to pay at most, approved to this contract.
    function buyAccess(DatasetId dataset, address grantee, uint96 maxPrice) external returns (uint256 paid);

    /// @notice As `buyAccess`, with a permit of the caller for `maxPrice` instead of an earlier approval.
    function buyAccessWithPermit(
        DatasetId dataset,
        address grantee,
        uint96 maxPrice,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 paid);

    /// @notice Sends everything owed to `account` to `account`. Open to anyone.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice The id of a version of these terms that `owner` registers.
    function datasetIdOf(address owner, DatasetTerms calldata terms) external view returns (DatasetId dataset);

    /// @notice Everything about a version; reverts when unknown.
    function get(DatasetId dataset) external view returns (Dataset memory);

    /// @notice Owner of the line of `dataset`; reverts when unknown.
    function ownerOf(DatasetId dataset) external view returns (address owner);

    /// @notice To whom the line of `dataset` is offered; zero for nobody.
    function offeredTo(DatasetId dataset) external view returns (address account);

    /// @notice Number of the version in its line, from 1; reverts when unknown.
    function versionOf(DatasetId dataset) external view returns (uint256 version);

    /// @notice Newest version of the line of `dataset`; reverts when unknown.
    function latestOf(DatasetId dataset) external view returns (DatasetId latest);

    /// @notice The version before; zero for a first one.
    function previousOf(DatasetId dataset) external view returns (DatasetId previous);

    /// @notice The version after; zero for a newest one.
    function nextOf(DatasetId dataset) external view returns (DatasetId next);

    /// @notice Versions of the line of `dataset`, oldest first, at most `limit` of them from number `offset` (from 0) on.
    function versionsOf(DatasetId dataset, uint256 offset, uint256 limit) external view returns (DatasetId[] memory);

    /// @notice First versions of the lines that `owner` has, at most `limit` from `offset` on. A transfer may change the order.
    function idsOf(address owner, uint256 offset, uint256 limit) external view returns (DatasetId[] memory);

    /// @notice Who shares the sales of `dataset`; empty when its owner has all.
    function collaboratorsOf(DatasetId dataset) external view returns (Collaborator[] memory);

    /// @notice The receipt that gives `account` access to `dataset`; all zero for none.
    function receiptOf(DatasetId dataset, address account) external view returns (Receipt memory);

    /// @notice CXT that `account` can withdraw.
    function owedTo(address account) external view returns (uint256 amount);

    /// @notice Sum of everything owed; the balance above it is a donation.
    function recordedTotal() external view returns (uint256 amount);

    /// @notice The token of all amounts.
    function token() external view returns (CorexToken);

    /// @notice Receiver of protocol fees.
    function feeRouter() external view returns (address);
}
