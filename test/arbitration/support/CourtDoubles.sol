// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus} from "../../../contracts/matching/IEntropySource.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev Entropy with a period for each ticket: the ticket asked for now is known, and serves, in the next period alone.
contract ClockEntropy {
    uint32 public period = 1;

    function next() external {
        ++period;
    }

    function revealed() external view returns (uint40) {
        return period - 1;
    }

    function nextTicket() external view returns (uint40) {
        return period;
    }

    function read(uint40 ticket) external view returns (EntropyStatus status, bytes32 value) {
        if (ticket >= period) return (EntropyStatus.Pending, 0);
        if (ticket + 1 < period) return (EntropyStatus.Expired, 0);
        return (EntropyStatus.Ready, keccak256(abi.encode("value", ticket)));
    }
}

/// @dev A vault without stake, which names the token.
contract PaperVault {
    CorexToken public immutable token;

    constructor(CorexToken cxt) {
        token = cxt;
    }
}

/// @dev Counts what it is told, as slasher or reputation.
contract PaperSlasher {
    uint256 public calls;

    fallback() external {
        ++calls;
    }
}
