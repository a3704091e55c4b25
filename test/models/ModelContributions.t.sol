// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Posting} from "../../contracts/models/IModelContributions.sol";
import {ModelContributions} from "../../contracts/models/ModelContributions.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {ContributionHandler} from "./support/ContributionHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract ListHandler is ContributionHandler {}

contract ContributionInvariants {
    ListHandler private _handler;
    ModelContributions private _contributions;
    CorexToken private _token;

    function setUp() public {
        _handler = new ListHandler();
        (_contributions, _token) = (_handler.contributions(), _handler.token());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Bonds that are held and gifts that nobody collected are recorded, and there.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_CON_1() public view {
        uint256 held = 0;
        for (uint256 model = 1; model <= _handler.MODELS(); ++model) {
            if (_handler.bondHeld(model)) held += _contributions.BOND();
            held += _handler.funded(model) - _handler.paid(model, 1) - _handler.paid(model, 2);
        }
        require(_contributions.recordedTotal() == held, "INV-CON-1: recorded");
        require(_token.balanceOf(address(_contributions)) == held + _handler.donated(), "INV-CON-1: balance");
    }

    /// @dev Nobody has more than its part, and both together at most all.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_CON_2() public view {
        for (uint256 model = 1; model <= _handler.MODELS(); ++model) {
            uint256 given = _handler.funded(model);
            uint256 first = _handler.postedFirst(model);
            (uint256 one, uint256 two) = (_handler.paid(model, 1), _handler.paid(model, 2));
            require(one * 12 <= given * first && two * 12 <= given * (12 - first), "INV-CON-2: parts");
            require(_contributions.fundedOf(_handler.id(model)) == given, "INV-CON-2: given");
        }
    }

    /// @dev The list of a model is the one that the handler expects: removed by proved contradictions alone.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_CON_3() public view {
        for (uint256 model = 1; model <= _handler.MODELS(); ++model) {
            Posting memory posting = _contributions.postingOf(_handler.id(model));
            uint64 first = _handler.postedFirst(model);
            bytes32 expected = first == 0 ? bytes32(0) : keccak256(abi.encode(_handler.listOf(first)));
            require(posting.listHash == expected, "INV-CON-3");
        }
    }

    /// @dev What was claimed is what the final list says.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_CON_4() public view {
        for (uint256 model = 1; model <= _handler.MODELS(); ++model) {
            uint256 first = _handler.postedFirst(model);
            for (uint256 node = 1; node <= 2; ++node) {
                uint256 expected =
                    !_handler.claimed(model, node)
                        ? 0
                        : node == 1
                            ? first
                            : 12 - first;
                uint256 fragments = _contributions.claimedOf(_handler.id(model), NodeId.wrap(uint32(node)));
                require(fragments == expected, "INV-CON-4");
            }
        }
    }
}
