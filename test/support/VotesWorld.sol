// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {VotingPower} from "../../contracts/votes/VotingPower.sol";

/// @dev Token and ledger of votes as handlers need them.
abstract contract VotesWorld {
    /// @dev Stands for the treasury where only its balance counts.
    address public constant TREASURY = address(0x7ea5);

    VotingPower internal votes = new VotingPower();

    /// @dev The whole supply, held by this contract.
    function newToken() internal returns (CorexToken) {
        return new CorexToken(address(this), votes);
    }

    /// @dev Fixes the sources: from here on CXT moves. `pool` holds all of it and alone has no units.
    function sealVotes(CorexToken cxt, address vault, address pool) internal {
        address[] memory excluded = new address[](1);
        excluded[0] = pool;
        votes.seal(address(cxt), vault, address(0), excluded);
    }
}
