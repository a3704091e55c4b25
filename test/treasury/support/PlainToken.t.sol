// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev An asset that the treasury may hold beside CXT.
contract PlainToken is ERC20 {
    constructor(address holder, uint256 amount) ERC20("Plain", "PLN") {
        _mint(holder, amount);
    }
}
