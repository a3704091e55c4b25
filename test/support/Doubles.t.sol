// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {INodeDirectory} from "../../contracts/mining/INodeDirectory.sol";
import {NodeId} from "../../contracts/types/Ids.sol";

/// @dev A directory whose answers a test sets.
contract DirectoryDouble is INodeDirectory {
    mapping(NodeId node => address payout) public payoutOf;
    mapping(NodeId node => uint256 workUnits) public dailyCapacityOf;

    function set(NodeId node, address payout, uint256 workUnits) external {
        payoutOf[node] = payout;
        dailyCapacityOf[node] = workUnits;
    }
}

/// @dev A receiver that refuses every call, and can register itself as a node: the silent, hostile party.
contract HostileDouble {
    error Refused();

    /// @dev Calls `target` once, on behalf of the test.
    function act(address target, bytes calldata data) external {
        (bool success, ) = target.call(data);
        require(success, Refused());
    }

    receive() external payable {
        revert Refused();
    }

    fallback() external payable {
        revert Refused();
    }
}

/// @dev CXT as it must not be: somebody can mint.
contract OwnedTokenDouble is ERC20, ERC20Burnable, ERC20Permit, Ownable {
    uint256 public constant INITIAL_SUPPLY = 100_000_000e18;

    constructor(address pool) ERC20("Corex Token", "CXT") ERC20Permit("Corex Token") Ownable(msg.sender) {
        _mint(pool, INITIAL_SUPPLY);
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}
