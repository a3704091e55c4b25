// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DatasetRegistry} from "../../../contracts/data/DatasetRegistry.sol";
import {Collaborator, Dataset, DatasetTerms} from "../../../contracts/data/IDatasetRegistry.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {DatasetId} from "../../../contracts/types/Ids.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";

/// @dev Every external function of the dataset registry, in any order, by five accounts, with plain sums beside it.
abstract contract DatasetHandler is Handler, VotesWorld {
    struct Sale {
        DatasetId dataset;
        address grantee;
        uint256 paid;
    }

    uint256 public constant ACCOUNTS = 5;
    address public constant ROUTER = address(0xfee5);

    CorexToken public immutable token;
    DatasetRegistry public immutable registry;

    // Ghosts: what exists, whose it is, what was sold, what came and went.
    DatasetId[] public datasets;
    DatasetId[] public lines;
    mapping(DatasetId line => address owner) public ownerOf;
    mapping(DatasetId line => address account) public offered;
    mapping(DatasetId line => DatasetId[] versions) private _versions;
    mapping(DatasetId dataset => bool sold) private _sold;
    Sale[] private _sales;
    uint256 public taken;
    uint256 public withdrawn;
    uint256 public donated;
    uint256 private _nonce;

    error Violated(string what);

    constructor() {
        token = newToken();
        sealVotes(token, address(0), address(this));
        registry = new DatasetRegistry(token, ROUTER);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            token.transfer(account(i), 1_000_000e18);
            vm.prank(account(i));
            token.approve(address(registry), type(uint256).max);
        }
    }

    function register(uint256 who, uint256 parentSeed, uint96 price) external onTime {
        address owner = account(who);
        DatasetTerms memory terms = _terms(parentSeed, price);
        bytes memory data = abi.encodeCall(registry.register, (terms));
        if (!_mayDerive(terms.parent, owner)) return mustFail(owner, address(registry), data);
        vm.prank(owner);
        DatasetId dataset = registry.register(terms);
        lines.push(dataset);
        _append(dataset, dataset);
        ownerOf[dataset] = owner;
        mustFail(owner, address(registry), data);
    }

    function publishVersion(uint256 who, uint256 seed, uint256 parentSeed, uint96 price) external onTime {
        if (datasets.length == 0) return;
        (DatasetId previous, address caller) = (_pick(seed), account(who));
        DatasetId line = registry.get(previous).line;
        if (who % 3 != 0) caller = ownerOf[line];
        DatasetTerms memory terms = _terms(parentSeed, price);
        DatasetId[] storage versions = _versions[line];
        bool succeeds =
            caller == ownerOf[line] &&
                _same(previous, versions[versions.length - 1]) &&
                _mayDerive(terms.parent, caller);
        bytes memory data = abi.encodeCall(registry.publishVersion, (previous, terms));
        if (!succeeds) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        _append(line, registry.publishVersion(previous, terms));
    }

    function setPrice(uint256 who, uint256 seed, uint96 price) external onTime {
        if (datasets.length == 0) return;
        (DatasetId dataset, address caller) = (_pick(seed), account(who));
        price = uint96(price % 4 == 0 ? 0 : bound(price, 1, 10_000e18));
        bytes memory data = abi.encodeCall(registry.setPrice, (dataset, price));
        if (caller != _ownerOf(dataset)) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        registry.setPrice(dataset, price);
    }

    function retire(uint256 who, uint256 seed) external onTime {
        if (datasets.length == 0 || who % 4 != 0) return;
        (DatasetId dataset, address caller) = (_pick(seed), account(who));
        bytes memory data = abi.encodeCall(registry.retire, (dataset));
        bool succeeds = caller == _ownerOf(dataset) && !registry.get(dataset).retired;
        if (!succeeds) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        registry.retire(dataset);
    }

    function transferOwnership(uint256 who, uint256 seed, uint256 whom) external onTime {
        if (datasets.length == 0) return;
        (DatasetId dataset, address caller) = (_pick(seed), account(who));
        address newOwner = whom % 5 == 0 ? address(0) : account(whom);
        bytes memory data = abi.encodeCall(registry.transferOwnership, (dataset, newOwner));
        if (caller != _ownerOf(dataset)) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        registry.transferOwnership(dataset, newOwner);
        offered[registry.get(dataset).line] = newOwner;
    }

    function acceptOwnership(uint256 who, uint256 seed) external onTime {
        if (datasets.length == 0) return;
        (DatasetId dataset, address caller) = (_pick(seed), account(who));
        DatasetId line = registry.get(dataset).line;
        bytes memory data = abi.encodeCall(registry.acceptOwnership, (dataset));
        if (caller != offered[line]) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        registry.acceptOwnership(dataset);
        (ownerOf[line], offered[line]) = (caller, address(0));
    }

    function setCollaborators(uint256 who, uint256 seed, uint256 count, uint16 share) external onTime {
        if (datasets.length == 0) return;
        (DatasetId dataset, address caller) = (_pick(seed), account(who));
        if (who % 3 != 0) caller = _ownerOf(dataset);
        count = bound(count, 0, 17);
        Collaborator[] memory list = new Collaborator[](count);
        uint256 left = 10_000;
        for (uint256 i = 0; i < count; ++i) {
            uint256 part = i + 1 == count ? left : bound(share, 1, 600);
            left -= part;
            list[i] = Collaborator({account: account(share + i), shareBps: uint16(part)});
        }
        bytes memory data = abi.encodeCall(registry.setCollaborators, (dataset, list));
        bool succeeds = caller == _ownerOf(dataset) && !_sold[dataset] && count != 0 && count <= 16;
        if (!succeeds) return mustFail(caller, address(registry), data);
        vm.prank(caller);
        registry.setCollaborators(dataset, list);
    }

    function buyAccess(uint256 who, uint256 seed, uint256 whom, uint96 maxPrice) external onTime {
        if (datasets.length != 0) _buy(account(who), _pick(seed), account(whom), maxPrice, false);
    }

    /// @dev The permit is wrong, and does not matter: the allowance decides.
    function buyAccessWithPermit(uint256 who, uint256 seed, uint256 whom, uint96 maxPrice) external onTime {
        if (datasets.length != 0) _buy(account(who), _pick(seed), account(whom), maxPrice, true);
    }

    function withdraw(uint256 who, uint256 whose) external onTime {
        address owner = whose % 6 == 0 ? ROUTER : account(whose);
        uint256 owed = registry.owedTo(owner);
        bytes memory data = abi.encodeCall(registry.withdraw, (owner));
        if (owed == 0) return mustFail(account(who), address(registry), data);
        uint256 before = token.balanceOf(owner);
        vm.prank(account(who));
        require(registry.withdraw(owner) == owed, Violated("withdrawn"));
        require(token.balanceOf(owner) == before + owed, Violated("not to its owner"));
        withdrawn += owed;
    }

    function donate(uint256 amount) external onTime {
        amount = bound(amount, 0, 1e18);
        token.transfer(address(registry), amount);
        donated += amount;
    }

    function account(uint256 seed) public pure returns (address) {
        return vm.addr(0xda7a + (seed % ACCOUNTS));
    }

    function lineCount() external view returns (uint256) {
        return lines.length;
    }

    function salesCount() external view returns (uint256) {
        return _sales.length;
    }

    function saleAt(uint256 index) external view returns (Sale memory) {
        return _sales[index];
    }

    function versionsOf(DatasetId line) external view returns (DatasetId[] memory) {
        return _versions[line];
    }

    function _buy(address buyer, DatasetId dataset, address grantee, uint96 maxPrice, bool permit) private {
        Dataset memory record = registry.get(dataset);
        bool granted = registry.hasAccess(dataset, grantee);
        if (maxPrice % 2 == 0) maxPrice = record.price;
        bytes memory data =
            permit
                ? abi.encodeCall(registry.buyAccessWithPermit, (dataset, grantee, maxPrice, 0, 0, 0, 0))
                : abi.encodeCall(registry.buyAccess, (dataset, grantee, maxPrice));
        uint256 balance = token.balanceOf(buyer);
        bool succeeds = !granted && !record.retired && record.price <= maxPrice && balance >= record.price;
        if (!succeeds) return mustFail(buyer, address(registry), data);
        vm.prank(buyer);
        (bool success, ) = address(registry).call(data);
        require(success, Violated("refused a buyer"));
        require(balance - token.balanceOf(buyer) == record.price, Violated("took another price"));
        taken += record.price;
        _sold[dataset] = true;
        _sales.push(Sale({dataset: dataset, grantee: grantee, paid: record.price}));
        mustFail(buyer, address(registry), data);
    }

    function _append(DatasetId line, DatasetId dataset) private {
        datasets.push(dataset);
        _versions[line].push(dataset);
    }

    function _terms(uint256 parentSeed, uint96 price) private returns (DatasetTerms memory terms) {
        terms.manifest = bytes32(++_nonce);
        (terms.shardRoot, terms.schemaHash, terms.preprocessingHash) = (bytes32("a"), bytes32("b"), bytes32("c"));
        (terms.licence, terms.shards, terms.rows) = (bytes32("d"), 1, 1);
        terms.price = uint96(price % 4 == 0 ? 0 : bound(price, 1, 10_000e18));
        if (datasets.length != 0 && parentSeed % 2 == 0) terms.parent = _pick(parentSeed / 2);
    }

    function _mayDerive(DatasetId parent, address owner) private view returns (bool) {
        return _same(parent, DatasetId.wrap(0)) || registry.hasAccess(parent, owner);
    }

    function _pick(uint256 seed) private view returns (DatasetId) {
        return datasets[seed % datasets.length];
    }

    function _ownerOf(DatasetId dataset) private view returns (address) {
        return ownerOf[registry.get(dataset).line];
    }

    function _same(DatasetId a, DatasetId b) private pure returns (bool) {
        return DatasetId.unwrap(a) == DatasetId.unwrap(b);
    }
}
