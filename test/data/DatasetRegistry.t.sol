// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {DatasetRegistry} from "../../contracts/data/DatasetRegistry.sol";
import {Receipt} from "../../contracts/data/IDatasetRegistry.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {DatasetId} from "../../contracts/types/Ids.sol";
import {DatasetHandler} from "./support/DatasetHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract RegistryHandler is DatasetHandler {}

contract DatasetInvariants {
    RegistryHandler private _handler;
    DatasetRegistry private _registry;
    CorexToken private _token;

    function setUp() public {
        _handler = new RegistryHandler();
        (_registry, _token) = (_handler.registry(), _handler.token());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Whatever happened, everybody gets what it is owed, and nothing but donations stays.
    function afterInvariant() public {
        for (uint256 i = 0; i <= _handler.ACCOUNTS(); ++i) {
            address account = i == 0 ? _handler.ROUTER() : _handler.account(i);
            if (_registry.owedTo(account) != 0) _registry.withdraw(account);
        }
        require(_registry.recordedTotal() == 0, "stranded");
        require(_token.balanceOf(address(_registry)) == _handler.donated(), "stranded tokens");
    }

    /// @dev What is owed is what sales brought in and nobody withdrew; the balance is that and donations.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_DAT_1() public view {
        uint256 owed = _registry.owedTo(_handler.ROUTER());
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) owed += _registry.owedTo(_handler.account(i));
        require(owed == _registry.recordedTotal(), "INV-DAT-1: owed");
        require(owed == _handler.taken() - _handler.withdrawn(), "INV-DAT-1: sales");
        require(_token.balanceOf(address(_registry)) == owed + _handler.donated(), "INV-DAT-1: balance");
    }

    /// @dev Every line is the list that the handler kept, forwards and backwards, with one owner.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_DAT_2() public view {
        uint256 count = _handler.lineCount();
        uint256 held = 0;
        for (uint256 i = 0; i < _handler.ACCOUNTS(); ++i) {
            held += _registry.idsOf(_handler.account(i), 0, type(uint256).max).length;
        }
        require(held == count, "INV-DAT-2: lines");
        for (uint256 i = 0; i < count; ++i) {
            DatasetId line = _handler.lines(i);
            DatasetId[] memory expected = _handler.versionsOf(line);
            DatasetId[] memory versions = _registry.versionsOf(line, 0, type(uint256).max);
            require(keccak256(abi.encode(expected)) == keccak256(abi.encode(versions)), "INV-DAT-2: versions");
            for (uint256 j = 0; j < versions.length; ++j) {
                DatasetId version = versions[j];
                require(_registry.versionOf(version) == j + 1, "INV-DAT-2: number");
                require(_registry.ownerOf(version) == _handler.ownerOf(line), "INV-DAT-2: owner");
                bytes32 before = j == 0 ? bytes32(0) : DatasetId.unwrap(versions[j - 1]);
                require(DatasetId.unwrap(_registry.previousOf(version)) == before, "INV-DAT-2: previous");
                bytes32 next = j + 1 == versions.length ? bytes32(0) : DatasetId.unwrap(versions[j + 1]);
                require(DatasetId.unwrap(_registry.nextOf(version)) == next, "INV-DAT-2: next");
            }
        }
    }

    /// @dev Every sale ever made still gives access to the version that was bought and to every later one.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_DAT_3() public view {
        uint256 count = _handler.salesCount();
        for (uint256 i = 0; i < count; ++i) {
            DatasetHandler.Sale memory sale = _handler.saleAt(i);
            uint256 version = _registry.versionOf(sale.dataset);
            Receipt memory receipt = _registry.receiptOf(sale.dataset, sale.grantee);
            require(receipt.paid == sale.paid && receipt.version == version, "INV-DAT-3: receipt");
            DatasetId[] memory covered = _registry.versionsOf(sale.dataset, version - 1, type(uint256).max);
            for (uint256 j = 0; j < covered.length; ++j) {
                require(_registry.hasAccess(covered[j], sale.grantee), "INV-DAT-3: access");
                require(_registry.receiptOf(covered[j], sale.grantee).version != 0, "INV-DAT-3: uncovered");
            }
        }
    }
}
